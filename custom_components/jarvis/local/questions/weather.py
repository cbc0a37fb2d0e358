"""The weather, now and in the days ahead."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from homeassistant.components.weather import WeatherEntityFeature
from homeassistant.const import ATTR_SUPPORTED_FEATURES
from homeassistant.core import Context, HomeAssistant, State
from homeassistant.util import dt as dt_util

from ..house.things import Thing
from ..request import Understood
from .asker import Asker
from .clock import day_told
from .grammar import Asked
from .outside import weather
from .services import async_tell
from .times import Span, span
from .wording import answers, quantity

_LIKELY = 50
"""Percent from which on rain is expected."""
_SKIES: Mapping[str, frozenset[str]] = {
    "rain": frozenset({"rainy", "pouring", "lightning-rainy", "snowy-rainy", "hail"}),
    "snow": frozenset({"snowy", "snowy-rainy"}),
    "sun": frozenset({"sunny", "partlycloudy", "clear-night"}),
    "clouds": frozenset({"cloudy", "partlycloudy"}),
    "wind": frozenset({"windy", "windy-variant"}),
    "fog": frozenset({"fog"}),
    "storm": frozenset({"lightning", "lightning-rainy"}),
}
"""What people ask for, to Home Assistant's conditions."""
_WET = frozenset({"rain", "snow"})
_UNKNOWN = frozenset({"unknown", "unavailable"})


async def async_weather(asker: Asker, asked: Asked) -> Understood | None:
    """Tell the weather."""
    if (there := weather(asker)) is None:
        return None
    thing, state = there
    asker.allow([thing])
    when = asked.slots.get("when", "now")
    if when == "now":
        return asker.told(now_told(state, asker.language), [thing], "HassGetWeather")
    days = await _async_forecast(asker, thing, state, when)
    sentences = [day_of_weather(day, state, asker.language) for day in days]
    if _is_today(when):
        sentences = [now_told(state, asker.language), *sentences]
    if not sentences:
        return asker.told(_no_forecast(asker, thing), [thing], "HassGetWeather")
    return asker.told(" ".join(sentences), [thing], "HassGetWeather")


async def async_sky(asker: Asker, asked: Asked) -> Understood | None:
    """Tell whether it rains, or whether it will, or is sunny, or windy."""
    if (there := weather(asker)) is None:
        return None
    thing, state = there
    asker.allow([thing])
    sky, when = asked.slots["sky"], asked.slots.get("when", "now")
    if when == "now":
        is_so = state.state in _SKIES[sky]
        sentence = f"{_yes(asker, is_so)} {now_told(state, asker.language)}"
        return asker.told(sentence, [thing], "HassGetWeather")
    days = await _async_forecast(asker, thing, state, when)
    if not days:
        if not _is_today(when):
            return asker.told(_no_forecast(asker, thing), [thing], "HassGetWeather")
        return asker.told(now_told(state, asker.language), [thing], "HassGetWeather")
    is_so = any(_has(day, sky) for day in days)
    # What falls now falls today.
    is_so = is_so or (_is_today(when) and state.state in _SKIES[sky])
    told = " ".join(day_of_weather(day, state, asker.language) for day in days)
    return asker.told(f"{_yes(asker, is_so)} {told}", [thing], "HassGetWeather")


async def async_warmth(asker: Asker, asked: Asked) -> Understood | None:
    """Tell how warm it will be."""
    if asked.slots["when"] == "now":
        return None
    return await async_weather(asker, asked)


async def async_forecast(
    hass: HomeAssistant,
    thing: Thing,
    state: State,
    time: Span,
    context: Context,
    *,
    whole_days: bool = True,
) -> list[dict[str, Any]]:
    """Return the forecast for a time, by days; raises where the weather tells none."""

    async def get(kind: str) -> list[dict[str, Any]]:
        told = await async_tell(
            hass, thing, "weather.get_forecasts", {"type": kind}, context
        )
        return told.get("forecast") or []

    features = state.attributes.get(ATTR_SUPPORTED_FEATURES, 0)
    start, end = time
    if features & WeatherEntityFeature.FORECAST_DAILY:
        first = start.replace(hour=0, minute=0, second=0, microsecond=0)
        return _within(await get("daily"), first, end)
    if features & WeatherEntityFeature.FORECAST_TWICE_DAILY:
        halves = await get("twice_daily")
        return _within(halves, start - timedelta(hours=12), end)
    if features & WeatherEntityFeature.FORECAST_HOURLY and whole_days:
        return _by_day(_within(await get("hourly"), start, end))
    return []


def now_told(state: State, language: str) -> str:
    """Tell the weather of this moment."""
    said = answers(language)
    warmth = state.attributes.get("temperature")
    unit = state.attributes.get("temperature_unit") or ""
    sky = said["conditions"].get(state.state, state.state)
    if not isinstance(warmth, int | float):
        return str(said["weather_only"]).format(sky=sky)
    text: str = said["weather_now"]
    return text.format(sky=sky, value=quantity(warmth, unit, language))


def day_of_weather(day: Mapping[str, Any], state: State, language: str) -> str:
    """Tell the forecast of one day."""
    said = answers(language)
    moment = dt_util.parse_datetime(str(day["datetime"])) or dt_util.now()
    unit = state.attributes.get("temperature_unit") or ""
    high, low = day.get("temperature"), day.get("templow")
    condition = str(day.get("condition"))
    values = {
        "day": day_told(dt_util.as_local(moment).date(), language),
        "sky": said["conditions"].get(condition, condition),
    }
    if isinstance(high, int | float):
        values["high"] = quantity(high, unit, language)
    if isinstance(low, int | float):
        values["low"] = quantity(low, unit, language)
    which = "_".join(name for name in ("high", "low") if name in values) or "sky"
    text: str = said["forecast"][which]
    sentence = text.format(**values)
    return sentence[:1].upper() + sentence[1:]


async def _async_forecast(
    asker: Asker, thing: Thing, state: State, when: str
) -> list[dict[str, Any]]:
    """Return the forecast for the days that are meant."""
    request = asker.request
    return await async_forecast(
        request.hass,
        thing,
        state,
        span(when, dt_util.now()),
        request.user_input.context,
        whole_days=" " not in when,
    )


def _within(
    forecast: list[dict[str, Any]], start: datetime, end: datetime
) -> list[dict[str, Any]]:
    """Return the part of a forecast for a span of time."""
    return [
        one
        for one in forecast
        if (moment := dt_util.parse_datetime(str(one.get("datetime"))))
        and start <= dt_util.as_local(moment) < end
    ]


def _by_day(hours: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return hours as days: the warmest, the coldest, what the sky is at its worst."""
    days: dict[str, list[dict[str, Any]]] = {}
    for hour in hours:
        moment = dt_util.parse_datetime(str(hour["datetime"]))
        if moment:
            key = dt_util.as_local(moment).date().isoformat()
            days.setdefault(key, []).append(hour)
    return [_day(each) for each in days.values()]


def _day(hours: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the hours of a day as one."""
    warmth = [hour["temperature"] for hour in hours if hour.get("temperature")]
    wet = next((hour for hour in hours if _has(hour, "rain")), hours[len(hours) // 2])
    return {
        **wet,
        "temperature": max(warmth) if warmth else None,
        "templow": min(warmth) if warmth else None,
    }


def _has(day: dict[str, Any], sky: str) -> bool:
    """Tell whether a forecast has what was asked for."""
    if day.get("condition") in _SKIES[sky]:
        return True
    likely = day.get("precipitation_probability") or 0
    return sky == "rain" and likely >= _LIKELY and day.get("condition") != "snowy"


def _no_forecast(asker: Asker, thing: Thing) -> str:
    """Tell that there is no forecast."""
    text: str = asker.said["no_forecast"]
    return text.format(things=asker.names([thing])[0])


def _yes(asker: Asker, is_so: bool) -> str:
    """Say yes or no."""
    return f"{asker.said['yes_word' if is_so else 'no_word']}."


def _is_today(when: str) -> bool:
    """Tell whether a span of time begins now."""
    return when.partition(" ")[0] in ("today", "evening", "night", "week", "morning")
