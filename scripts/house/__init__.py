"""A furnished house in a real Home Assistant, with Jarvis in it."""
