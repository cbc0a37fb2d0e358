"""What is understood without a model; words and grammar are data in `data/`."""
