"""The names of models."""

_LATEST = ":latest"


def without_latest(model: str) -> str:
    """Return a name as people write it: what is meant without a tag is left out."""
    return model.removesuffix(_LATEST)


def with_tag(model: str) -> str:
    """Return a name with its tag: without one, `latest` is meant."""
    return model if ":" in model.rsplit("/", 1)[-1] else f"{model}{_LATEST}"
