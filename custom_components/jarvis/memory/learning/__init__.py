"""What is learned from what people say in passing. No Home Assistant, no Ollama."""
