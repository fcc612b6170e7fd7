"""Pictures of proofs: bound and incumbent over time, beside local searches."""
