"""Stories: near-identical articles, found by their shingles and verified pair by pair."""
