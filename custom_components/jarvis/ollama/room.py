"""Whether an embedding model finds room beside the models that people talk to."""

from collections.abc import Collection, Sequence

from .embed import EmbedRequest, Place
from .endpoint import Endpoint, LoadedModel
from .models import same_model


async def has_room(
    endpoint: Endpoint, model: str, chats: Collection[str], place: Place
) -> bool | None:
    """Embed something and see whether that costs a chat model its place.

    None while no chat model is in memory: then it does not show. Where there is no
    room, the model leaves again.
    """
    before = _of(await endpoint.loaded(), chats)
    if not before:
        return None
    await endpoint.embed(EmbedRequest(model, ["."]), place)
    after = await endpoint.loaded()
    there = {one.name: one for one in after}
    takes_graphics = any(one.in_graphics for one in _of(after, [model]))
    # One that was loaded later had to do with what was left.
    split = [one for one in _of(after, chats) if one.is_split and takes_graphics]
    fits = bool(_of(after, [model])) and all(
        (now := there.get(one.name)) is not None and now.in_graphics >= one.in_graphics
        for one in before
    )
    if fits and not split:
        return True
    for name in (model, *(one.name for one in split)):
        await endpoint.unload(name)
    return False


def _of(loaded: Sequence[LoadedModel], models: Collection[str]) -> list[LoadedModel]:
    """Return which of some models are in memory."""
    return [
        one for one in loaded if any(same_model(one.name, model) for model in models)
    ]
