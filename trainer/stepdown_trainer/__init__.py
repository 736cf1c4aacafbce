"""The Python side of stepdown: trains, answers with trained weights, converts formats. No product logic."""
