"""Which of optax's methods are in the catalog, under which names, and why the others are not.

A test compares this with what optax and optax.contrib export, so that a new release shows what is new in it. Whoever
asks for a method that is not here learns the reason from `why_not`.
"""

from __future__ import annotations

# Under the name that optax gives them:
_SAME = """
    acprop adabelief adadelta adafactor adagrad adam adamax adamw adan ademamix adopt amsgrad cocob dadapt_adamw dog
    dowg fromage lamb lars lbfgs lion lookahead madgrad momo momo_adam nadam novograd optimistic_adam
    optimistic_gradient_descent prodigy radam rmsprop rprop sam schedule_free_adamw schedule_free_sgd sign_sgd signum
    simplified_ademamix sm3 yogi
"""
_RENAMED = {
    "sgd": ("sgd", "momentum", "nesterov"),
    "polyak_sgd": ("polyak",),
    "adamaxw": ("adamax",),
    "nadamw": ("nadam",),
    "optimistic_adam_v2": ("optimistic_adam",),
    "mechanize": ("mechanic",),
}
# optax's name -> the entries that run it, or take the same steps and show more of them
INCLUDED: dict[str, tuple[str, ...]] = {name: (name,) for name in _SAME.split()} | _RENAMED

_METHODS = {
    "dpsgd": "needs the gradient of every example of a batch, and a landscape has no examples; see sgd with noise",
    "galore": "projects matrices; on a vector it takes exactly the steps of adam",
    "muon": "orthogonalizes matrices; on a vector it takes exactly the steps of nadam",
    "noisy_sgd": "is sgd with a noise that decays, which sgd(noise=…) has with a schedule, and from the run's seed",
    "schedule_free": "wraps another method; see schedule_free_sgd and schedule_free_adamw",
    "sophia": "estimates curvature with random signs that no seed of a run reaches; see newton",
}
_PARTS = {
    "is a step of optax's own methods, not a method": """
    adaptive_grad_clip add_decayed_weights add_noise centralize clip clip_by_block_rms clip_by_global_norm
    differentially_private_aggregate ema identity normalize normalize_by_update_norm scale scale_by_acprop
    scale_by_adadelta scale_by_adam scale_by_adamax scale_by_adan scale_by_ademamix scale_by_adopt scale_by_amsgrad
    scale_by_belief scale_by_cocob scale_by_distance_over_gradients scale_by_factored_rms scale_by_galore
    scale_by_lbfgs scale_by_learning_rate scale_by_lion scale_by_madgrad scale_by_muon scale_by_novograd
    scale_by_optimistic_gradient scale_by_param_block_norm scale_by_param_block_rms scale_by_polyak scale_by_radam
    scale_by_rms scale_by_rprop scale_by_rss scale_by_schedule scale_by_sign scale_by_simplified_ademamix
    scale_by_sm3 scale_by_stddev scale_by_trust_ratio scale_by_yogi trace
    """,
    "is a line search; steepest_descent and lbfgs use one that shows its points": """
    scale_by_backtracking_linesearch scale_by_zoom_linesearch
    """,
    "changes a learning rate, and ascends alone; give a learning rate a schedule": "reduce_on_plateau",
    "keeps parameters inside limits; every method has bounds": "keep_params_nonnegative",
    "combines, masks or measures other transformations": """
    apply_every apply_if_finite chain conditionally_mask conditionally_transform flatten freeze inject_hyperparams
    inject_stateful_hyperparams masked measure_with_ema monitor multi_transform named_chain partition
    selective_transform set_to_zero snapshot split_real_and_imaginary stateless stateless_with_tree_map
    with_extra_args_support zero_nans
    """,
    "estimates curvature for sophia": "hutchinson_estimator_diag_hessian",
}
EXCLUDED: dict[str, str] = _METHODS | {name: reason for reason, names in _PARTS.items() for name in names.split()}


def why_not(name: str) -> str | None:
    """A sentence on why `name` of optax is not in the catalog under that name, or None where optax has none."""
    if name in EXCLUDED:
        return f"optax's {name} {EXCLUDED[name]}."
    if name in INCLUDED and name not in INCLUDED[name]:
        return f"optax's {name} is here as {' and '.join(INCLUDED[name])}."
    return None
