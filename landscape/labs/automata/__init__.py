"""Elementary cellular automata and the networks that learn them: rules, measures, models, training, pictures."""
