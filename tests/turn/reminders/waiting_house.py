"""A house with all that reminders can wait for: people, zones, rooms and appliances."""

from homeassistant.components.homeassistant.exposed_entities import async_expose_entity
from homeassistant.core import Context, HomeAssistant
from homeassistant.helpers import entity_registry as er, label_registry as lr
from homeassistant.setup import async_setup_component

from ...devices import DeviceHome, async_build_home

PEOPLE = {
    "Ann": [],
    "Paul": [],
    "Marie": ["maman", "mum"],
    "Léa": [],
    "Tom": [],
    "Zoé": [],
}
"""Who lives here, and how they are called besides."""
HIDDEN = "zoe"
"""Whom Jarvis is not allowed to know of."""
CHILDREN = ("lea", "tom")
ZONES = [
    {"name": "Travail", "latitude": 48.9, "longitude": 2.3, "radius": 100},
    {"name": "École", "latitude": 48.8, "longitude": 2.4, "radius": 100},
]


def _thing(
    entity_id: str, name: str, alias: str, area: str | None, state: str, **more: object
) -> dict[str, object]:
    """Describe an entity."""
    return {
        "id": entity_id,
        "name": name,
        "aliases": [alias] if alias else [],
        "area": area,
        "state": state,
        "attributes": more,
    }


HOME = {
    "areas": [
        {"id": "salon", "name": "Salon", "aliases": ["living room"]},
        {"id": "cuisine", "name": "Cuisine", "aliases": ["kitchen"]},
        {"id": "garage", "name": "Garage"},
        {"id": "entree", "name": "Entrée", "aliases": ["hall"]},
        {"id": "bureau", "name": "Bureau", "aliases": ["study"]},
        {"id": "chambre", "name": "Chambre", "aliases": ["bedroom"]},
        {"id": "buanderie", "name": "Buanderie", "aliases": ["laundry room"]},
        {"id": "salle_de_bain", "name": "Salle de bain", "aliases": ["bathroom"]},
        {"id": "jardin", "name": "Jardin", "aliases": ["garden", "outside"]},
    ],
    "entities": [
        _thing("light.salon", "Lumière du salon", "living room light", "salon", "on"),
        _thing("light.bureau", "Lampe du bureau", "study lamp", "bureau", "off"),
        _thing("light.garage", "Lumière du garage", "garage light", "garage", "off"),
        _thing("switch.cafe", "Machine à café", "coffee machine", "cuisine", "on"),
        _thing("lock.entree", "Serrure d'entrée", "front lock", "entree", "locked"),
        _thing(
            "cover.garage",
            "Porte de garage",
            "garage door",
            "garage",
            "closed",
            device_class="garage",
        ),
        _thing(
            "binary_sensor.porte",
            "Porte d'entrée",
            "front door",
            "entree",
            "off",
            device_class="door",
        ),
        _thing(
            "binary_sensor.fenetre_cuisine",
            "Fenêtre de la cuisine",
            "kitchen window",
            "cuisine",
            "off",
            device_class="window",
        ),
        _thing(
            "binary_sensor.fenetre_chambre",
            "Fenêtre de la chambre",
            "bedroom window",
            "chambre",
            "off",
            device_class="window",
        ),
        _thing(
            "binary_sensor.presence_cuisine",
            "Présence cuisine",
            "",
            "cuisine",
            "off",
            device_class="occupancy",
        ),
        _thing(
            "binary_sensor.mouvement_cuisine",
            "Mouvement cuisine",
            "",
            "cuisine",
            "off",
            device_class="motion",
        ),
        _thing(
            "binary_sensor.mouvement_garage",
            "Mouvement garage",
            "",
            "garage",
            "off",
            device_class="motion",
        ),
        _thing(
            "binary_sensor.presence_bureau",
            "Présence bureau",
            "",
            "bureau",
            "on",
            device_class="occupancy",
        ),
        _thing(
            "binary_sensor.seche_linge",
            "Sèche-linge",
            "tumble dryer",
            "buanderie",
            "on",
            device_class="running",
        ),
        _thing(
            "binary_sensor.fuite",
            "Détecteur de fuite",
            "leak detector",
            "buanderie",
            "off",
            device_class="moisture",
        ),
        _thing(
            "binary_sensor.fumee",
            "Détecteur de fumée",
            "smoke detector",
            "cuisine",
            "off",
            device_class="smoke",
        ),
        _thing(
            "sensor.laver_etat",
            "Machine à laver état",
            "washing machine state",
            "buanderie",
            "run",
            device_class="enum",
            options=["idle", "run", "pause", "finished"],
        ),
        _thing(
            "sensor.laver_programme",
            "Machine à laver programme",
            "washing machine programme",
            "buanderie",
            "coton",
        ),
        _thing(
            "sensor.vaisselle",
            "Puissance du lave-vaisselle",
            "dishwasher power",
            "cuisine",
            "1200",
            device_class="power",
            unit_of_measurement="W",
        ),
        _thing("vacuum.aspirateur", "Aspirateur", "vacuum", "salon", "cleaning"),
        _thing(
            "media_player.tele",
            "Télé",
            "TV",
            "salon",
            "playing",
            device_class="tv",
        ),
        *(
            _thing(
                f"sensor.temperature_{key}",
                f"Température {name}",
                alias,
                area,
                state,
                device_class="temperature",
                unit_of_measurement="°C",
            )
            for key, name, alias, area, state in (
                ("bureau", "du bureau", "study temperature", "bureau", "21"),
                ("salon", "du salon", "living room temperature", "salon", "20"),
                ("jardin", "extérieure", "outdoor temperature", "jardin", "12"),
                ("congelateur", "du congélateur", "freezer", "garage", "-18"),
            )
        ),
        _thing(
            "sensor.humidite",
            "Humidité de la salle de bain",
            "bathroom humidity",
            "salle_de_bain",
            "55",
            device_class="humidity",
            unit_of_measurement="%",
        ),
        _thing(
            "sensor.co2",
            "CO2 du bureau",
            "study CO2",
            "bureau",
            "600",
            device_class="carbon_dioxide",
            unit_of_measurement="ppm",
        ),
        _thing(
            "sensor.telephone",
            "Batterie du téléphone",
            "phone battery",
            None,
            "80",
            device_class="battery",
            unit_of_measurement="%",
        ),
        _thing("weather.maison", "Météo", "weather", None, "sunny"),
    ],
}


class People:
    """Who lives in the house, and where they are."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Begin with nobody."""
        self.hass = hass
        self.contexts: dict[str, Context] = {}

    async def async_move_in(self) -> None:
        """Let all people be known, each with a tracker and at home."""
        hass, persons = self.hass, []
        for name in PEOPLE:
            slug = _slug(name)
            user = await hass.auth.async_create_user(name, group_ids=["system-users"])
            self.contexts[slug] = Context(user_id=user.id)
            self.move(slug, "home")
            persons.append(
                {
                    "id": slug,
                    "name": name,
                    "user_id": user.id,
                    "device_trackers": [f"device_tracker.{slug}"],
                }
            )
        assert await async_setup_component(hass, "zone", {"zone": ZONES})
        assert await async_setup_component(hass, "person", {"person": persons})
        await hass.async_block_till_done()
        registry = er.async_get(hass)
        children = lr.async_get(hass).async_create("Enfants")
        kids = lr.async_get(hass).async_create("kids")
        for name, aliases in PEOPLE.items():
            entity_id = f"person.{_slug(name)}"
            labels = {children.label_id, kids.label_id}
            registry.async_update_entity(
                entity_id,
                aliases=[er.COMPUTED_NAME, *aliases],
                labels=labels if _slug(name) in CHILDREN else set(),
            )
            is_exposed = _slug(name) != HIDDEN
            async_expose_entity(hass, "conversation", entity_id, is_exposed)

    def move(self, slug: str, where: str) -> None:
        """Let somebody go somewhere."""
        self.hass.states.async_set(
            f"device_tracker.{slug}", where, {"source_type": "gps"}
        )


def _slug(name: str) -> str:
    return name.lower().replace("é", "e")


async def async_furnish_waiting(hass: HomeAssistant) -> tuple[DeviceHome, People]:
    """Build the house and let its people move in."""
    home = await async_build_home(hass, HOME)
    hass.states.async_set("sun.sun", "above_horizon")
    people = People(hass)
    await people.async_move_in()
    return home, people
