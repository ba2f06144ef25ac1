"""What a language model is asked about an article, and how its answer becomes claims."""
