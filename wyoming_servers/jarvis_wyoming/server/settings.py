"""Typed settings from flags, the environment and one TOML file, in this order."""

import argparse
from collections.abc import Mapping, Sequence
import dataclasses
from pathlib import Path
import tomllib
from types import UnionType
from typing import Any, Generic, NoReturn, TypeVar, get_args, get_origin, get_type_hints

_HELP = "help"
_CHOICES = "choices"
_TRUE = ("1", "true", "yes", "on")
_FALSE = ("0", "false", "no", "off", "")

S = TypeVar("S")


class SettingsError(ValueError):
    """A setting that cannot be taken; the text names it."""


def option(default: Any, text: str, *, choices: Sequence[str] = ()) -> Any:
    """Describe a setting, as the default of a dataclass' field."""
    metadata = {_HELP: text, _CHOICES: tuple(choices)}
    if isinstance(default, dict):
        return dataclasses.field(default_factory=default.copy, metadata=metadata)
    return dataclasses.field(default=default, metadata=metadata)


@dataclasses.dataclass(frozen=True)
class CommandLine(Generic[S]):
    """What was asked for on the command line."""

    settings: S
    command: str | None
    """One of the program's commands, None to serve."""
    unknown: tuple[str, ...] = ()
    """Variables that look like options and are none."""


class SettingsReader(Generic[S]):
    """Reads the settings of one program into a dataclass whose fields are options."""

    def __init__(
        self, kind: type[S], program: str, about: str, commands: Mapping[str, str]
    ) -> None:
        self._kind = kind
        self._prefix = program.upper().replace("-", "_") + "_"
        self._types = get_type_hints(kind)
        self._fields = dataclasses.fields(kind)  # type: ignore[arg-type]
        self._parser = self._make_parser(program, about, commands)

    def read(self, argv: Sequence[str], environ: Mapping[str, str]) -> CommandLine[S]:
        """Return the settings; a mistake ends the program with a line that says it."""
        flags = vars(self._parser.parse_args(argv))
        command = flags.pop("command")
        file = flags.pop("config") or environ.get(self._prefix + "CONFIG")
        try:
            values = self._from_file(Path(file)) if file else {}
            values |= self._from_environment(environ)
            values |= self._from_flags(flags)
            self._check_choices(values)
            settings = self._kind(**values)
        except SettingsError as err:
            self.refuse(str(err))
        return CommandLine(settings, command, self._unknown(environ))

    def refuse(self, text: str) -> NoReturn:
        """End the program as argparse does."""
        self._parser.error(text)

    def _make_parser(
        self, program: str, about: str, commands: Mapping[str, str]
    ) -> argparse.ArgumentParser:
        parser = argparse.ArgumentParser(
            prog=program,
            usage=f"{program} [OPTION]... (--help lists them)",
            description=about,
            epilog=f"Each option is also a variable, as {self._prefix}PORT, and a key "
            "of the TOML file, as port. Flags win over variables, both over the file.",
        )
        parser.set_defaults(command=None)
        for name, text in commands.items():
            parser.add_argument(
                f"--{name}", dest="command", action="store_const", const=name, help=text
            )
        parser.add_argument("--config", metavar="FILE", help="a TOML file of options")
        for field in self._fields:
            self._add(parser, field)
        return parser

    def _add(
        self, parser: argparse.ArgumentParser, field: "dataclasses.Field[Any]"
    ) -> None:
        kind = self._types[field.name]
        flag = "--" + field.name.replace("_", "-")
        text = field.metadata[_HELP]
        if "(default" not in text:
            text += _told(field.default)
        text = text.replace("%", "%%")
        if kind is bool:
            action = argparse.BooleanOptionalAction
            parser.add_argument(flag, action=action, default=None, help=text)
        elif get_origin(kind) in (tuple, dict):
            parser.add_argument(flag, action="append", metavar="VALUE", help=text)
        else:
            choices = field.metadata[_CHOICES]
            metavar = "|".join(choices) if choices else "VALUE"
            parser.add_argument(flag, metavar=metavar, help=text)

    def _from_file(self, path: Path) -> dict[str, Any]:
        try:
            table = tomllib.loads(path.read_text("utf-8"))
        except (OSError, ValueError) as err:
            reason = err.strerror if isinstance(err, OSError) else err
            raise SettingsError(f"{path}: {reason}") from err
        names = {field.name for field in self._fields}
        if unknown := sorted(set(table) - names):
            raise SettingsError(f"{path}: no such option: {', '.join(unknown)}")
        return {
            name: _from_toml(value, self._types[name], name)
            for name, value in table.items()
        }

    def _from_environment(self, environ: Mapping[str, str]) -> dict[str, Any]:
        values = dict[str, Any]()
        for field in self._fields:
            key = self._prefix + field.name.upper()
            if key in environ:
                values[field.name] = _parse(environ[key], self._types[field.name], key)
        return values

    def _unknown(self, environ: Mapping[str, str]) -> tuple[str, ...]:
        names = {self._prefix + field.name.upper() for field in self._fields}
        names.add(self._prefix + "CONFIG")
        return tuple(
            sorted(
                key
                for key in environ
                if key.startswith(self._prefix) and key not in names
            )
        )

    def _from_flags(self, flags: Mapping[str, Any]) -> dict[str, Any]:
        values = dict[str, Any]()
        for name, value in flags.items():
            if value is None:
                continue
            flag = "--" + name.replace("_", "-")
            text = ",".join(value) if isinstance(value, list) else str(value)
            values[name] = _parse(text, self._types[name], flag)
        return values

    def _check_choices(self, values: Mapping[str, Any]) -> None:
        for field in self._fields:
            choices = field.metadata[_CHOICES]
            if field.name in values and choices and values[field.name] not in choices:
                raise SettingsError(f"{field.name}: one of {', '.join(choices)}")


def _told(default: Any) -> str:
    """An option's default for the help, when there is one to tell."""
    if not default or not isinstance(default, str | int | float):
        return ""
    return f" (default: {'yes' if default is True else default})"


def _parse(text: str, kind: Any, name: str) -> Any:
    """Read a value that was written as text; lists are divided by commas."""
    origin = get_origin(kind)
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if origin is tuple:
        return tuple(parts)
    if origin is dict:
        pairs = [part.partition("=") for part in parts]
        if not all(equals for _, equals, _ in pairs):
            raise SettingsError(f"{name}: KEY=VALUE is wanted")
        return {key.strip(): value.strip() for key, _, value in pairs}
    return _scalar(text, kind, name)


def _from_toml(value: Any, kind: Any, name: str) -> Any:
    """Take a value that TOML has typed already."""
    origin = get_origin(kind)
    if origin is tuple and isinstance(value, list):
        return tuple(str(part) for part in value)
    if origin is dict and isinstance(value, dict):
        return {key: str(part) for key, part in value.items()}
    if origin in (tuple, dict) or isinstance(value, list | dict):
        wanted = {tuple: "a list", dict: "a table"}.get(origin, "a single value")
        raise SettingsError(f"{name}: {wanted} is wanted")
    return _scalar(str(value), kind, name)


def _scalar(text: str, kind: Any, name: str) -> Any:
    if isinstance(kind, UnionType):
        if not text:
            return None
        kind = next(part for part in get_args(kind) if part is not type(None))
    if kind is bool:
        if text.lower() in _TRUE + _FALSE:
            return text.lower() in _TRUE
        raise SettingsError(f"{name}: true or false is wanted")
    try:
        return kind(text)
    except ValueError as err:
        raise SettingsError(f"{name}: {text!r} is not a number") from err
