"""Ten short match reports, written for these tests, of ten kinds; no fixture and no training article."""

from __future__ import annotations

from extractor.article import Article

LEAGUE = """\
Ajax heeft zondagmiddag in de eredivisie met 2-1 gewonnen van PSV. In een volle Johan Cruijff Arena besliste invaller Pieter Smit het \
duel in de slotfase.

De thuisploeg begon sterk en kwam al in de tiende minuut op voorsprong. Kees Visser kopte raak uit een voorzet van Daan Mulder: 1-0. \
Daarna kreeg Mulder zelf een grote kans, maar doelman Joost Bakker redde met een katachtige reflex.

PSV kwam in de 22e minuut langszij. Jan de Boer profiteerde van geklungel in de defensie van Ajax en schoot de bal hard in de kruising: \
1-1. Vijf minuten voor rust trof Ruben van der Meer namens de bezoekers nog de paal.

Na rust zakte het tempo. Trainer Frank Hendriks bracht na een uur Smit voor Visser, en die wissel pakte goed uit. In de 83e minuut kreeg \
de aanvaller de bal van Thijs Postma en schoof hij beheerst binnen: 2-1. Even later kreeg De Boer zijn tweede gele kaart van \
scheidsrechter Bas Nijhof, waardoor PSV met tien man moest verder spelen.

De ploeg uit Eindhoven speelt volgende week zaterdag thuis tegen Heracles Almelo.

Lees ook: Memphis Depay scoort twee keer voor Corinthians in de beker
"""

OWN_GOAL = """\
Een eigen doelpunt van Maarten Wiegers heeft FC Groningen zaterdagavond de zege gekost. De wedstrijd tegen SC Heerenveen eindigde in 1-1.

Groningen kwam na een kwartier op voorsprong door Sven O'Brien, die een vrije trap van Lars van den Berg binnenkopte: 1-0. De ploeg had \
daarna het duel in handen, maar vergat de score uit te bouwen. Van den Berg schoot in de 34e minuut rakelings naast.

Twee minuten na rust werd het gelijk. Wiegers wilde een voorzet van Heerenveen-spits Emre Çalhanoğlu wegwerken, maar werkte de bal \
ongelukkig achter zijn eigen doelman: 1-1. In de slotfase werd een treffer van O'Brien nog afgekeurd wegens buitenspel.
"""

MISSED_PENALTY = """\
NAC Breda heeft vrijdagavond met 0-1 verloren van Willem II. Voor eigen publiek miste Stijn de Wit in de 70e minuut een strafschop.

In een matige eerste helft waren er weinig kansen. Doelman Timo Kramer van Willem II keerde een schot van Mats Dekker, en aan de andere \
kant kopte Jesper Hoekstra over. Kort na rust viel de 0-1. Hoekstra kreeg de bal op aangeven van Brian Linssens voor zijn voeten en \
schoot van dichtbij raak.

NAC drong aan en kreeg twintig minuten voor tijd een strafschop, toen Dekker werd neergehaald. De Wit legde aan, maar Kramer dook naar \
de goede hoek en stopte de inzet. Verder dan een bal op de lat van invaller Ali Ouali kwam NAC niet meer.
"""

TWO_YELLOWS = """\
ROTTERDAM - Sparta heeft zaterdag met tien man een punt overgehouden aan het bezoek van FC Twente: 2-2. Kapitein Rik Evers moest al na \
een halfuur met zijn tweede gele kaart van het veld.

Sparta begon goed en nam na acht minuten de leiding via Noah Adeyemi: 1-0. Twente kwam in de 20e minuut op gelijke hoogte door Kjell \
Johansson: 1-1. Na de rode kaart van Evers namen de bezoekers het heft in handen. In de 55e minuut schoot Johansson opnieuw raak: 1-2.

Een kwartier voor tijd kwamen Tim Vos en Bram Koster in het veld voor Adeyemi en Luuk Prins. Vos zorgde in blessuretijd voor de 2-2, \
toen hij een hoekschop van Koster binnenkopte.
"""

SHOOT_OUT = """\
AZ is er dinsdagavond in de halve finale van de KNVB-beker in geslaagd Vitesse uit te schakelen. Na negentig minuten stond het 1-1, en \
ook in de verlenging vielen er geen doelpunten meer. Uiteindelijk namen de Alkmaarders de strafschoppen beter: 4-2.

Vitesse was in de 12e minuut op voorsprong gekomen door Milan de Graaf: 0-1. AZ had veel moeite met de hechte defensie van de gasten, \
maar in minuut zestig tikte Youri Blom de gelijkmaker binnen: 1-1. In de verlenging raakte De Graaf in de 105e minuut nog de lat.

Doelman Koen Verhoef werd de held van AZ in de strafschoppenserie. Hij stopte de pogingen van De Graaf en Sem Aarts.
"""

ABANDONED = """\
Het duel tussen ADO Den Haag en FC Dordrecht is vrijdagavond in de 63e minuut definitief gestaakt bij een stand van 1-0. Scheidsrechter \
Erik van Loon stuurde de spelers naar de kleedkamer nadat er voor de tweede keer bier op het veld was gegooid.

ADO was op dat moment aan de betere hand. Danny Vermaat had de thuisploeg in de 17e minuut op voorsprong gezet: 1-0. Na rust kreeg \
Dordrecht een kans op de gelijkmaker, maar Kevin Oudenaarden schoot de bal naast.
"""

WOMEN = """\
De vrouwen van FC Utrecht hebben in de Azerion Vrouwen Eredivisie met 3-0 gewonnen van Excelsior. Marieke van 't Hof maakte een hattrick.

De spits opende in de 5e minuut de score: 1-0. In de 38e minuut verzilverde ze een strafschop: 2-0. Halverwege de tweede helft maakte \
Van 't Hof er op aangeven van Fatima El Amrani 3-0 van. Keepster Lotte Jansma van Excelsior voorkwam een grotere nederlaag met een \
redding op een schot van Anne-Sophie Dubois.
"""

FLEMISH = """\
KV Mechelen heeft zondagavond met 1-2 verloren van Zulte Waregem. Malinwa kwam nochtans op voorsprong, maar gaf de match in het laatste \
halfuur uit handen.

Kerim Mrabti prikte in de 25ste minuut de 1-0 tegen de netten na een assist van Geoffry Hairemans. Bij de rust bracht trainer Wouter \
Vrancken Rob Schoofs voor de geblesseerde Hairemans. Zulte Waregem kwam in de 66ste minuut langszij: Jelle Vossen trapte een penalty \
feilloos binnen, 1-1. Vijf minuten later besliste dezelfde Vossen de partij met een kopbal: 1-2. Doelman Gaëtan Coucke pakte in de \
slotminuten nog een late redding uit op een poging van Vossen.
"""

LIVE = """\
Feyenoord - FC Volendam: 2-0 (liveverslag)

90' Het is afgelopen, Feyenoord wint verdiend met 2-0.
78' Wissel bij Feyenoord: Omar Haddad komt in het veld voor Gijs Willemse.
64' GOAL! Willemse schiet Feyenoord naar 2-0, na een prachtige voorzet van Quinten Timmer.
51' Gele kaart voor Volendam-verdediger Dirk Steur.
45' Rust in De Kuip, Feyenoord leidt met 1-0.
31' Doelpunt! Timmer schiet de bal in de verre hoek: 1-0.
12' Steur kopt de bal voor Volendam naast.
"""

AMATEUR = """\
GOES - DVS'33 heeft zaterdag op sportpark Het Schenge met 1-3 gewonnen van GOES. De wedstrijd in de derde divisie trok 450 toeschouwers.

Al vroeg kwamen de bezoekers op voorsprong. Joey Brouwer schoot in de 6e minuut de 0-1 binnen. Op slag van rust maakte Wesley den Otter \
er 0-2 van. Na een uur bracht Arjan de Visser de spanning terug: 1-2. Vlak voor tijd gooide Brouwer het duel in het slot: 1-3.

GOES: Kole; Van Dijke, De Nooijer, Poortvliet, Minnaard; Wagenaar, De Visser, Geluk; Huissen, Sanderse en Weststrate.
DVS'33: Van Ee; Rozendaal, Kuijt, Bosveld, Den Otter; Veenhof, Lanting, Schouten; Brouwer, Elzinga en Mulder.
Scheidsrechter: H. van Duijn. Toeschouwers: 450.
"""

ARTICLES: dict[str, Article] = {
    "league": Article(text=LEAGUE, id="league", title="Ajax verslaat PSV in de slotfase", published="2024-03-04"),
    "own_goal": Article(text=OWN_GOAL, id="own_goal"),
    "missed_penalty": Article(text=MISSED_PENALTY, id="missed_penalty"),
    "two_yellows": Article(text=TWO_YELLOWS, id="two_yellows"),
    "shoot_out": Article(text=SHOOT_OUT, id="shoot_out"),
    "abandoned": Article(text=ABANDONED, id="abandoned"),
    "women": Article(text=WOMEN, id="women", published="2024-03"),
    "flemish": Article(text=FLEMISH, id="flemish", title="KV Mechelen - Zulte Waregem 1-2"),
    "live": Article(text=LIVE, id="live"),
    "amateur": Article(text=AMATEUR, id="amateur"),
}
