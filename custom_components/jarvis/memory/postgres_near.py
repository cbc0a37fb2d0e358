"""The nearest memories to a question in PostgreSQL.

As at home, one bit a dimension finds candidates, which their float16s rank: an index
holds the bits of an owner side by side. Where these are many, HNSW finds them.
"""

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Any, override

import numpy as np
from sqlalchemy import (
    Boolean,
    ColumnElement,
    Float,
    Row,
    Select,
    Text,
    bindparam,
    cast,
    column,
    func,
    literal_column,
    select,
    text,
    union_all,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection

from ..store.postgres import PostgresDatabase
from ..store.schema import HalfVector, vector as vectors
from .near import Nearest, Question
from .postgres_index import MANY, index_name
from .records import Item
from .repository import Owners, Space
from .sql.rows import of_owners
from .vectors import SAMPLE, Near, Usual, compared, usual_of

_EF_SEARCH = 200
"""Vectors that the index looks at, at least."""
_CANDIDATES = 320
"""Vectors that are ranked, so that below this every answer is exact."""
_KNOWN_S = 600.0
"""How long it is known whether vectors are many, and what some of them are."""

type _Whose = tuple[frozenset[str | None], Item]


@dataclass(frozen=True, slots=True)
class _Known:
    """What was found out about the vectors of some owners."""

    until: float
    are_many: bool
    sample: np.ndarray[Any, np.dtype[np.float16]]
    """(some, dimensions), evenly taken: they tell what is usual."""


class PostgresNearest(Nearest):
    """Finds memories by their vectors of one space, whichever house they are from."""

    def __init__(
        self,
        database: PostgresDatabase,
        space: Space,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        """Take a space of the database."""
        self._database = database
        self.space = space
        self._clock = clock
        self._known: dict[_Whose, _Known] = {}
        self._comparing = self._compared()

    @override
    async def near(
        self, question: Question, owners: Owners, items: Collection[Item], limit: int
    ) -> Mapping[Item, Sequence[Near]]:
        """Return for each kind of item the nearest, nearest first."""
        if not owners:
            return {item: [] for item in items}
        # At the same time, where the server has the processors for it.
        found = await asyncio.gather(
            *(self._near(question, owners, item, limit) for item in items)
        )
        return dict(zip(items, found, strict=True))

    async def _near(
        self, question: Question, owners: Owners, item: Item, limit: int
    ) -> list[Near]:
        """Return the nearest of one kind, nearest first."""
        asked = np.asarray(question, "<f2").tobytes()
        known = await self._about(owners, item)
        if known.are_many:
            async with self._database.write() as connection:
                await connection.exec_driver_sql(self._settings())
                statement = self._indexed(asked, owners, item, limit)
                rows = (await connection.execute(statement)).all()
        else:
            async with self._database.read() as connection:
                given = {
                    "asked": asked,
                    "kind": item,
                    "named": [one for one in owners if one is not None],
                    "household": None in owners,
                    "limit": limit,
                }
                rows = (await connection.execute(self._comparing, given)).all()
        return _near(rows, _usual(known.sample, question))

    def _settings(self) -> str:
        """Return what is set for one search: a plan that was kept ignores all of it."""
        extension = self._database.extension
        settings = {
            "plan_cache_mode": "force_custom_plan",
            # The index gives them sorted; nothing else would.
            "enable_sort": "off",
            "hnsw.ef_search": str(_EF_SEARCH),
        }
        if extension is not None and extension.is_iterative:
            settings["hnsw.iterative_scan"] = "relaxed_order"
        sets = (f"set_config('{name}', '{it}', true)" for name, it in settings.items())
        return f"SELECT {', '.join(sets)}"

    def _of_space(self) -> ColumnElement[bool]:
        """Return what limits vectors to the space."""
        # Not a parameter: the index is of this space alone.
        return vectors.c.space == literal_column(f"'{self.space.id}'")

    def _of(self, owners: Owners, item: Item) -> list[ColumnElement[bool]]:
        """Return what limits vectors to those that are searched."""
        return [
            self._of_space(),
            vectors.c.item_kind == item,
            *of_owners(vectors.c.owner, owners),
        ]

    def _compared(self) -> Select[Any]:
        """Return the statement that compares all codes, and ranks the best.

        Its parameters are `asked`, `kind`, `named` and `household`, and `limit`.
        """
        asked = cast(bindparam("asked", type_=HalfVector()), HalfVector())
        code = column("code").op("<~>", return_type=Float())(
            func.binary_quantize(asked)
        )
        of_kind = self._of_space(), vectors.c.item_kind == bindparam("kind")
        named = vectors.c.owner == func.any(bindparam("named", type_=ARRAY(Text)))
        shared = vectors.c.owner.is_(None) & bindparam("household", type_=Boolean)
        # Each by itself: of an `OR` the index would read the codes of everybody.
        each = union_all(
            *(
                select(vectors.c.seq, code.label("far")).where(*of_kind, whose)
                for whose in (named, shared)
            )
        ).subquery()
        candidates = (
            select(each.c.seq)
            .order_by(each.c.far)
            .limit(_CANDIDATES)
            .cte("candidates")
            .prefix_with("MATERIALIZED", dialect="postgresql")
        )
        cosine = -vectors.c.data.op("<#>", return_type=Float())(asked)
        return (
            select(vectors.c.item, cosine.label("cosine"))
            .join(candidates, candidates.c.seq == vectors.c.seq)
            .order_by(cosine.desc(), vectors.c.item)
            .limit(bindparam("limit"))
        )

    def _indexed(
        self, asked: bytes, owners: Owners, item: Item, limit: int
    ) -> Select[Any]:
        """Return the statement that goes by the index, which holds vectors cast."""
        cast = f"halfvec({self.space.dimensions})"
        distance = literal_column(f"data::{cast}").op("<#>", return_type=Float())(
            _half(asked)
        )
        some = (
            select(vectors.c.item, (-distance).label("cosine"))
            .where(*self._of(owners, item))
            .order_by(distance)
            .limit(limit)
            .cte("some")
            .prefix_with("MATERIALIZED", dialect="postgresql")
        )
        # An index that goes on gives them nearly in their order.
        return select(some).order_by(some.c.cosine.desc(), some.c.item)

    async def _about(self, owners: Owners, item: Item) -> _Known:
        """Return whether vectors are many, and some of them; asked once in a while."""
        whose = (frozenset(owners), item)
        known = self._known.get(whose)
        if known is None or known.until < self._clock():
            async with self._database.read() as connection:
                known = await self._find_out(connection, owners, item)
            self._known[whose] = known
        return known

    async def _find_out(
        self, connection: AsyncConnection, owners: Owners, item: Item
    ) -> _Known:
        of = self._of(owners, item)
        few = select(vectors.c.seq).where(*of).limit(MANY + 1).subquery()
        count = await connection.execute(select(func.count()).select_from(few))
        are_many = count.scalar_one() > MANY and await self._has_index(connection)
        mixed = select(vectors.c.seq).where(*of)
        mixed = mixed.order_by(func.hashint8(vectors.c.seq)).limit(SAMPLE)
        sample = await connection.execute(
            select(vectors.c.data).where(vectors.c.seq.in_(mixed))
        )
        rows: Sequence[bytes] = sample.scalars().all()
        matrix = np.frombuffer(b"".join(rows), "<f2")
        return _Known(
            self._clock() + _KNOWN_S,
            are_many,
            matrix.reshape(-1, self.space.dimensions),
        )

    async def _has_index(self, connection: AsyncConnection) -> bool:
        """Tell whether the index of the space is ready."""
        found = await connection.execute(
            text(
                "SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass(:name)"
            ),
            {"name": index_name(self.space.id)},
        )
        return bool(found.scalar_one_or_none())


def _half(asked: bytes) -> ColumnElement[bytes]:
    """Return a question as the type of what it is compared with."""
    return cast(asked, HalfVector())


def _usual(sample: Any, question: Question) -> Usual:
    """Return how near a question is to some vectors (some, dimensions)."""
    if not len(sample):
        return usual_of(0, 0.0, 0.0)
    cosines = sample.astype(np.float32) @ np.asarray(question, np.float32)
    return usual_of(len(cosines), float(np.mean(cosines)), float(np.std(cosines)))


def _near(rows: Sequence[Row[Any]], usual: Usual) -> list[Near]:
    """Return what is nearer than usual."""
    near = (compared(row.item, float(row.cosine), usual) for row in rows)
    return [one for one in near if one is not None]
