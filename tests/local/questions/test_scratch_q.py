
import pytest

from tests.local.test_sentences import listener  # noqa

S = {"en": """Could you tell me whether the front door is locked please?
Have I left any windows open?
Did anyone leave the garage door open?
What windows are still open upstairs?
Is there any light still on in the kitchen?
What rooms have lights on?
How many of the blinds are open?
Are any of the doors unlocked?
Are both bedside lamps off?
Is the desk lamp switched on?
Is the left bedside lamp off?
What is the vacuum's battery?
What's the battery level of the robot vacuum?
What percentage is the vacuum at?
How charged is the vacuum?
Is the vacuum charged?
How humid is it in here?
What's the volume of the TV?
How loud is the music?
What's the humidifier set to?
What's the thermostat set to in the living room?
What is the setpoint of the bedroom radiator?
Is the guest room colder than the office?
Where is it warmest?
What's the highest temperature in the house?
Who's not home?
Is nobody home?
Is Leah there?
Has Paul come home?
Is Paul in the office?
Who is out?
Is there someone in the hall?
Is there motion in the hall?
Any motion in the garage?
Any leaks?
Any windows open?
What do I have on Saturday?
Anything on my calendar this weekend?
What's on my schedule for tomorrow afternoon?
Do I have any appointments this week?
When is my next meeting?
What time is the piano lesson tomorrow?
What are my plans for the weekend?
Read my shopping list
What's left on my to-do list?
How many items are on my to-do list?
Do I need to call the dentist?
Who do I have to call?
Is it sunny?
Is it windy outside?
Is it going to rain today?
Will it snow tomorrow?
Will it be warm on Thursday?
How cold will it be tomorrow night?
Do I need a coat tomorrow?
What's the weather like on Wednesday?
What's the date tomorrow?
What's the state of the gate?
Is the gate open or closed?
What's the garden temperature?
How much power does the washing machine use?
What uses the most power?
Show me the lights that are on
What did I leave on?
Is the kitchen blind fully open?
How far open is the kitchen blind?
Are the living room curtains open?
Is the sprinkler valve closed?
Is the coffee maker off?
Is the fan on in the bedroom?
Which fans are running?
What is on?
Turn the light on?
Is the light in the attic on?
Is the baby sleeping?
Is it safe to go outside?
What is the temperature of boiling water?
Is the oven hot?
Is the shop open?
Is the bank open on Saturday?
When does the bakery open?
What is open on Sunday?
Are the stores closed tomorrow?
How many windows does a house have?
How many people live in Paris?
Who is Mary?
Where is Paris?
Where is the kitchen?
What is a radiator?
What is humidity?
What is the temperature?
Is CO2 dangerous?
Is motion detected?
Is power on?
What's the price of milk?
Is milk healthy?
Do I have milk in the fridge?
What is on the news today?
Am I late?
Is it Tuesday today?
Is it my birthday tomorrow?
How do I open the blinds?
Can you open the blinds?
Can you turn the hall light on?
Is it possible to open the gate?
Would you close the gate?""",
"fr": """Pourrais-tu me dire si la porte d'entrée est verrouillée ?
J'ai laissé des fenêtres ouvertes ?
Quelqu'un a laissé le garage ouvert ?
Quelles fenêtres sont encore ouvertes à l'étage ?
Y a encore de la lumière dans la cuisine ?
Il y a de la lumière dans le salon ?
Combien de volets sont ouverts à l'étage ?
Les deux lampes de chevet sont éteintes ?
La lampe du bureau est-elle allumée ?
C'est quoi le niveau de batterie du robot ?
L'aspirateur est chargé à combien ?
La batterie de l'aspirateur est à combien ?
Il fait humide dans la salle de bain ?
Le volume de la télé est à combien ?
L'humidificateur est réglé sur combien ?
Le chauffage est réglé sur combien dans le salon ?
Est-ce que la chambre d'amis est plus froide que le bureau ?
Où fait-il le plus chaud ?
Qui n'est pas là ?
Il n'y a personne à la maison ?
Léa est là ?
Est-ce que Paul est rentré ?
Qui est sorti ?
Y a-t-il du mouvement dans l'entrée ?
Une fuite quelque part ?
Des fenêtres ouvertes ?
Qu'est-ce que je fais samedi ?
Quelque chose à l'agenda ce week-end ?
C'est quoi mon planning demain après-midi ?
J'ai des rendez-vous cette semaine ?
C'est quand mon prochain rendez-vous ?
Le piano c'est à quelle heure demain ?
Lis-moi mes tâches
Qu'est-ce qu'il reste à faire ?
Est-ce que je dois appeler le dentiste ?
Qui est-ce que je dois appeler ?
Il y a du vent ?
Il va pleuvoir aujourd'hui ?
Il va neiger demain ?
Il fera chaud jeudi ?
Il fera combien demain soir ?
Il faut prendre un manteau demain ?
Quel temps mercredi ?
Le portail est ouvert ou fermé ?
Quelle est la température du jardin ?
Combien consomme la machine à laver ?
Qu'est-ce qui consomme le plus ?
Qu'est-ce que j'ai laissé allumé ?
Les rideaux du salon sont ouverts ?
Est-ce que le ventilateur de la chambre tourne ?
Quels ventilateurs tournent ?
Allume la lumière ?
La lumière du grenier est allumée ?
Le bébé dort ?
La boulangerie est ouverte ?
La banque est ouverte samedi ?
Qu'est-ce qui est ouvert le dimanche ?
Les magasins sont fermés demain ?
Combien de fenêtres a une maison ?
Combien d'habitants à Paris ?
Qui est Marie ?
Où est Paris ?
Où est la cuisine ?
C'est quoi un radiateur ?
C'est quoi l'humidité ?
Est-ce que le CO2 est dangereux ?
Est-ce que le courant est coupé ?
C'est quoi le prix du lait ?
Il y a du lait dans le frigo ?
On est mardi ?
C'est bientôt mon anniversaire ?
Comment j'ouvre les volets ?
Tu peux ouvrir les volets du salon ?
Tu peux allumer la lumière de l'entrée ?
Est-ce que tu peux fermer le portail ?
Le four est chaud ?
J'ai froid
Il fait trop chaud dans la chambre
La lumière est trop forte
Le salon est éteint ?
Le salon est allumé ?
La cuisine est allumée ?
C'est allumé dans la cuisine ?
Qu'est-ce que tu sais faire ?
Est-ce que les enfants dorment ?
Tu m'entends ?
La télé du voisin est allumée ?"""}

@pytest.mark.parametrize("listener", ["en", "fr"], indirect=True)
async def test_all(listener):
    lang = listener.hass.config.language
    out=[]
    for s in S[lang].splitlines():
        n=len(listener.home.calls)
        r = await listener.jarvis.say(s, lang, device_id=listener.home.satellite("salon"))
        c=[f"{x.domain}.{x.service}" for x in listener.home.calls[n:] if not x.service.startswith("get_")]
        sp = "-" if "pas compris" in r.speech or "did not understand" in r.speech else r.speech
        out.append(f"{s:60} | {sp} {c or ''}")
    open(f"/tmp/scratch_{lang}.txt","w").write("\n".join(out))
