"""The client of Ollama: endpoints, their errors, the models that they hold."""
