"""Makes up what people want in a week, always the same for a seed."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import product
import random

from .life import HOME, PEOPLE, ROOMS, WORK, Life, at, late_day, local
from .plans import Awaited, Change, Kind, Plan, Way, Wish, clock_told

_DOING = (
    *("laver", "vider", "ranger", "peindre", "trier", "porter", "montrer"),
    *("recoudre", "plier", "compter", "coller", "emballer", "repasser", "signer"),
    *("descendre", "chercher", "nettoyer", "rendre", "poster", "remplir"),
)
_THINGS = (
    *("la valise", "le tapis", "la nappe", "le panier", "les bottes", "la tente"),
    *("le manteau", "la caisse", "les gants", "le coussin", "la veste", "le cadre"),
)
LAMPS = tuple(
    f"lampe {animal}"
    for animal in (
        "girafe zèbre tortue loutre castor panthère renard hérisson grenouille"
        " libellule pélican chouette marmotte baleine dauphin gazelle buffle"
        " cigogne faucon mouette"
    ).split()
)
_FOR_TIMERS = tuple("riz thé rôti pain café poulet bouillon flan gratin".split())
_DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
_MINUTE = timedelta(minutes=1)
_EVERY_DAY = "FREQ=DAILY"
_WEEKDAYS = "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"
_LAST = timedelta(hours=3)
"""Nothing is due so shortly before the end that its telling would not be seen."""


@dataclass(slots=True)
class _Maker:
    life: Life
    dice: random.Random
    words: Iterator[str] = field(init=False)
    lamps: Iterator[str] = field(init=False)
    stove: Iterator[str] = field(init=False)

    def __post_init__(self) -> None:
        pairs = [f"{doing} {thing}" for doing, thing in product(_DOING, _THINGS)]
        self.dice.shuffle(pairs)
        self.words, self.lamps = iter(pairs), iter(LAMPS)
        self.stove = iter(_FOR_TIMERS)

    def asking(self, since: datetime, until: datetime) -> datetime:
        """Return when somebody asks: awake, and with Home Assistant running."""
        while True:
            seconds = self.dice.uniform(0, (until - since).total_seconds())
            moment = since + timedelta(seconds=round(seconds))
            moment = moment.replace(second=29, microsecond=0)
            is_day = 7 <= local(moment).hour < 22
            if is_day and moment > since and self.is_steady(moment):
                return moment

    def is_steady(self, moment: datetime) -> bool:
        """Tell whether Home Assistant runs around a moment."""
        around = (-5 * _MINUTE, 0 * _MINUTE, 5 * _MINUTE)
        return all(self.life.is_up(moment + by) for by in around)

    def once(self) -> Plan:
        """Something to be reminded of once."""
        life, dice = self.life, self.dice
        asked = self.asking(life.begin + _MINUTE, life.end - 3 * _LAST)
        longest = min(timedelta(hours=30), life.end - _LAST - asked)
        by = dice.choice(PEOPLE)
        minutes = dice.randint(10, int(longest / _MINUTE))
        due = (asked + timedelta(minutes=minutes)).replace(second=0)
        plan = Plan(next(self.words), asked, by, times=[due], room=dice.choice(ROOMS))
        plan.whom = dice.choice(((),) * 4 + ((dice.choice(PEOPLE),), PEOPLE))
        plan.way = dice.choice((Way.ACTION, Way.ACTION, Way.VOICE, Way.VOICE, Way.LIST))
        if plan.way is Way.VOICE:
            self.put_in_words(plan, due)
        elif plan.way is Way.LIST:
            plan.whom = ()
        else:
            plan.data = {"when": _iso(due)}
        self.change(plan)
        return plan

    def put_in_words(self, plan: Plan, due: datetime) -> None:
        """Let somebody say it."""
        shown, now = local(due), local(plan.asked)
        days = (shown.date() - now.date()).days
        clock = clock_told(due)
        if days == 0 and due - plan.asked < timedelta(hours=2):
            minutes = round((due - plan.asked) / _MINUTE)
            when = f"dans {minutes} minutes"
            plan.times = [plan.asked + minutes * _MINUTE]
        elif days == 0:
            when = f"à {clock}" if shown.hour >= 12 else f"ce matin à {clock}"
        elif days == 1:
            when = f"demain matin à {clock}" if shown.hour < 12 else f"demain à {clock}"
        else:
            when = f"{_DAYS[shown.weekday()]} à {clock}"
        if days and shown.hour < 6:
            plan.way, plan.data = Way.ACTION, {"when": _iso(due)}
            return
        whom = {(): "-moi", PEOPLE: " à tout le monde"}.get(
            plan.whom, f" à {plan.people[0].capitalize()}"
        )
        plan.said = f"Rappelle{whom} de {plan.what} {when}"

    def change(self, plan: Plan) -> None:
        """Let somebody want something else of it, sometimes."""
        (due,) = plan.times
        wishes: list[Wish | None] = [*Wish, *[None] * 9]
        wish = self.dice.choice(wishes)
        if wish in (Wish.CANCEL, Wish.MOVE):
            moment = plan.asked + (due - plan.asked) / 2
        else:
            moment = due + timedelta(minutes=self.dice.randint(2, 4))
        moment = moment.replace(second=11, microsecond=0)
        if wish is None or not self.is_steady(moment) or not self.is_steady(due):
            return
        to = None
        if wish is Wish.MOVE:
            to = due + timedelta(minutes=self.dice.randint(5, 120))
        if wish is Wish.TOMORROW:
            day = local(moment).date() + timedelta(days=1)
            to = at(day, local(due).time())
        if (to or due) < self.life.end - _LAST:
            plan.changes.append(Change(moment, wish, to))

    def again(self, clock: str, rule: str, *, whom: tuple[str, ...] = ()) -> Plan:
        """Something that comes again and again, by the clocks of the house."""
        asked = self.asking(self.life.begin, self.life.begin + timedelta(hours=10))
        plan = Plan(next(self.words), asked, self.dice.choice(PEOPLE), whom)
        first = local(asked).date() + timedelta(days=1)
        weekdays = rule == _WEEKDAYS
        days = [first + timedelta(days=number) for number in range(12)]
        if weekdays:
            days = [day for day in days if day.weekday() < 5]
        elif "INTERVAL=2" in rule:
            days = [days[0]]
        plan.times = [at(day, clock) for day in days]
        plan.data = {"when": f"{days[0]}T{clock}", "rule": rule}
        for due in plan.times:
            moment = due + timedelta(minutes=3, seconds=11)
            wishes: list[Wish | None] = [None, None, Wish.DONE, Wish.SNOOZE]
            wish = self.dice.choice(wishes)
            if wish and due < self.life.end - _LAST and self.is_steady(moment):
                plan.changes.append(Change(moment, wish))
        return plan

    def fixed(self, due: datetime, by: str, before: timedelta) -> Plan:
        """Something for a certain moment."""
        asked = (due - before).replace(second=29)
        data: dict[str, object] = {"when": _iso(due)}
        return Plan(next(self.words), asked, by, times=[due], data=data)

    def command(
        self, due: datetime | None = None, asked: datetime | None = None
    ) -> Plan:
        """Something to be done later."""
        lamp = next(self.lamps)
        if asked is None:
            asked = self.asking(self.life.begin, self.life.end - 3 * _LAST)
        minutes = self.dice.randint(5, 115)
        plan = Plan(
            f"{self.dice.choice(('allume', 'éteins'))} la {lamp}",
            asked,
            self.dice.choice(PEOPLE),
            kind=Kind.COMMAND,
            about=lamp,
            times=[due or asked + minutes * _MINUTE],
        )
        if due or self.dice.random() < 0.5:
            plan.times = [plan.times[0].replace(second=0)]
            plan.data = {"when": _iso(plan.times[0]), "command": True}
        else:
            plan.way = Way.VOICE
            plan.said = f"{plan.what} dans {minutes} minutes"
        return plan

    def timer(self, asked: datetime | None = None, minutes: int = 0) -> Plan:
        """Something to be taken off the stove."""
        if asked is None:
            asked = self.asking(self.life.begin, self.life.end - 3 * _LAST)
        minutes = minutes or self.dice.randint(3, 50)
        about = next(self.stove)
        return Plan(
            f"minuteur {about}",
            asked,
            self.dice.choice(PEOPLE),
            kind=Kind.TIMER,
            way=Way.VOICE,
            said=f"Mets un minuteur de {minutes} minutes pour le {about}",
            times=[asked + minutes * _MINUTE],
            about=about,
        )

    def awaited(self, day: date, person: str, state: str, *, leaves: bool) -> Plan:
        """Something for when somebody comes or leaves."""
        asked = self.asking(at(day, "07:00"), at(day, "21:00"))
        zone = {HOME: "zone.home", WORK: "zone.bureau"}[state]
        return Plan(
            next(self.words),
            asked,
            person,
            awaited=Awaited(person, state, leaves),
            data={"entity_id": f"person.{person}", "zone": zone, "leaving": leaves},
        )


def wanted(life: Life, count: int, dice: random.Random) -> list[Plan]:
    """Make up so many plans."""
    maker = _Maker(life, dice)
    days = (life.end - life.begin).days
    first = local(life.begin).date()
    plans = _through_restarts(maker)
    plans += [
        maker.again("02:30", _EVERY_DAY),
        maker.again("08:05", _WEEKDAYS),
        maker.again("12:30", _EVERY_DAY, whom=PEOPLE),
        maker.again("18:40", "FREQ=WEEKLY;INTERVAL=2;BYDAY=" + _day_of(maker)),
    ]
    if days > 2:
        for clock in ("06:15", "07:30", "09:45", "17:20", "21:30", "23:10"):
            plans.append(maker.again(clock, dice.choice((_EVERY_DAY, _WEEKDAYS))))
    plans += _at_clock_change(maker, first, days)
    plans.append(maker.fixed(at(late_day(life), "21:05"), "ben", timedelta(hours=3)))
    for number in range(days):
        day = first + timedelta(days=number)
        person = PEOPLE[number % len(PEOPLE)]
        is_work = day.weekday() < 5 and number % 2 == 0
        plans.append(
            maker.awaited(
                day, person, WORK if is_work else HOME, leaves=number % 3 == 2
            )
        )
    plans += [maker.command() for _ in range(max(1, count // 12))]
    plans += [maker.timer() for _ in range(min(len(_FOR_TIMERS) - 2, days + 1))]
    for plan in plans:
        plan.room = dice.choice(ROOMS)
    while len(plans) < count:
        plans.append(maker.once())
    return plans


def _through_restarts(maker: _Maker) -> list[Plan]:
    """What comes when Home Assistant ends, is away, or was away for long."""
    plans = []
    hour = timedelta(hours=1)
    for down in maker.life.downs:
        middle = (down.begin + (down.end - down.begin) / 2).replace(second=0)
        soon = (down.begin + 2 * _MINUTE).replace(second=0)
        asked = down.begin - hour / 2
        plans += [maker.fixed(middle, "ann", hour), maker.fixed(soon, "ben", hour)]
        plans += [maker.command(middle, asked), maker.command(soon, asked)]
        plans.append(maker.timer(asked, minutes=35))
        if not down.is_clean:
            plans.append(maker.fixed(down.begin, "ann", hour))
    return plans


def _at_clock_change(maker: _Maker, first: date, days: int) -> list[Plan]:
    """What comes in the hours that clocks leave out or show twice."""
    plans = []
    for number in range(days):
        day = first + timedelta(days=number)
        if at(day, "00:00") + timedelta(hours=24) == at(
            day + timedelta(days=1), "00:00"
        ):
            continue
        for clock in ("02:30", "02:59", "03:00"):
            due = at(day, clock)
            plan = maker.fixed(due, "chloe", timedelta(hours=6))
            plan.data = {"when": f"{day}T{clock}"}
            plans.append(plan)
    return plans


def _day_of(maker: _Maker) -> str:
    """Return the second day, as a rule names it."""
    day = local(maker.life.begin).date() + timedelta(days=1)
    return ("MO", "TU", "WE", "TH", "FR", "SA", "SU")[day.weekday()]


def _iso(moment: datetime) -> str:
    return local(moment).isoformat()
