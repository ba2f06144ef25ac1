"""The word lists of the reader: closed classes of Dutch and the names that gazetteers hold.

Lists that grow without end do not belong here: what varies from article to article is learned.
"""

from __future__ import annotations

from functools import lru_cache
from importlib import resources

ROLE_NOUNS = frozenset(
    """doelman keeper goalie sluitpost doelverdediger doelvrouw keepster spits spitse aanvaller aanvalster aanvalsleider verdediger verdedigster
    middenvelder middenveldster back linksback rechtsback vleugelverdediger vleugelspeler linksbuiten rechtsbuiten buitenspeler buitenspeelster
    flankspeler vleugelspits winger centrumspits middenvoor libero stopper voorstopper spelmaker spelverdeler regisseur aanvoerder aanvoerster
    captain capitaine kapitein invaller invalster wisselspeler reservekeeper reservedoelman debutant debutante nieuwkomer aanwinst huurling
    topscorer topschutter doelpuntenmaker doelpuntenmaakster routinier veteraan jongeling tiener talent jeugdspeler speler speelster ploegmaat
    ploeggenoot ploeggenote teamgenoot teamgenote maat matchwinnaar uitblinker sterspeler strateeg mandekker kopsterke boomlange vervanger vervangster
    schutter schutster goalgetter goaltjesdief pinchhitter supersub linkspoot rechtspoot centrale-verdediger international nummer
    man vrouw meisje jongen broer zus neef nummer negen tien""".split()
)
"""Words that name a player by his role: "de spits", "doelman Musso"."""

COACH_NOUNS = frozenset(
    "trainer coach oefenmeester clubcoach thuiscoach thuistrainer hoofdtrainer succescoach succestrainer hoofdtrainer bondscoach keuzeheer hoofdcoach trainster interim-trainer interimcoach interim-coach T1 jeugdtrainer assistent-trainer".split()
)
REFEREE_NOUNS = frozenset("scheidsrechter arbiter leidsman ref scheids referee fluitist scheidsrechtster spelleider wedstrijdleider ref. scheidsr.".split())

SENTENCE_OPENERS = frozenset(
    """er de het een ook toen en maar want of als nadat omdat terwijl hoewel alhoewel doordat totdat voordat zodra toch nog al wel niet daarna
    daarop daarvoor vervolgens even meteen direct kort vlak net pas dan hier daar er zo dus na voor bij in op uit met van door over onder tegen
    tussen zonder volgens namens dankzij ondanks sinds tot via aan om naar binnen buiten langs rond hij zij ze wij we ik je jij u men dit dat deze
    die wie wat waar wanneer hoe waarom welke zijn haar hun ons onze mijn alle beide geen enkele veel weinig meer minder vooral zelfs juist
    alleen slechts eerst later tenslotte uiteindelijk intussen ondertussen inmiddels plots plotseling opnieuw weer bovendien daarnaast echter
    niettemin gelukkig helaas misschien vandaag gisteren morgen vanavond vanmiddag zaterdag zondag maandag dinsdag woensdag donderdag vrijdag
    zaterdagavond zondagmiddag vrijdagavond twee drie vier vijf zes zeven acht negen tien elf twaalf eerste tweede derde laatste nadien voorts
    amper nauwelijks ruim bijna halverwege wissel wissels geel rood goal doelpunt gelijkmaker rust einde opstelling opstellingen scheidsrechter
    invaller doelman keeper spits trainer coach aanvoerder captain mede samen nummer vrij penalty strafschop corner hoekschop vrije trap
    liefst maar eveneens evenals zowel noch dat's 't 'n 'k ja nee kijk prachtig mooi knap sterk goed slecht groot klein jong oud lang
    vlug snel eindelijk prompt nipt net amper gewezen verder uitgerekend uiteraard natuurlijk immers terecht volop zodoende daardoor hierdoor
    tijdens omstreeks sowieso inderdaad zeker wellicht soms vaak nooit altijd overigens trouwens desondanks hierna waarna waarop waardoor""".split()
)
"""Words in lower case that open sentences and are no part of the name that may follow."""

NATIONS = frozenset(
    """Nederlander Nederlandse Belg Belgische Duitser Duitse Fransman Franse Spanjaard Spaanse Italiaan Italiaanse Engelsman Engelse Brit Britse
    Schot Schotse Ier Ierse Noord-Ier Welshman Portugees Portugese Braziliaan Braziliaanse Argentijn Argentijnse Deen Deense Zweed Zweedse Noor Noorse Fin Finse
    IJslander IJslandse Pool Poolse Tsjech Tsjechische Slowaak Slowaakse Hongaar Hongaarse Oostenrijker Oostenrijkse Zwitser Zwitserse Kroaat Kroatische
    Serviër Servische Bosniër Bosnische Sloveen Sloveense Macedoniër Macedonische Montenegrijn Montenegrijnse Albanees Albanese Kosovaar Kosovaarse
    Griek Griekse Turk Turkse Rus Russische Oekraïner Oekraïense Roemeen Roemeense Bulgaar Bulgaarse Georgiër Georgische Armeniër Armeense Israëliër
    Israëlische Marokkaan Marokkaanse Algerijn Algerijnse Tunesiër Tunesische Egyptenaar Egyptische Libiër Senegalees Senegalese Malinees Malinese Ivoriaan
    Ivoriaanse Ghanees Ghanese Nigeriaan Nigeriaanse Kameroener Kameroense Congolees Congolese Gabonees Gabonese Gambiaan Gambiaanse Guineeër Guinese Togolees
    Togolese Beniner Burkinees Angolees Angolese Zambiaan Zimbabwaan Zuid-Afrikaan Zuid-Afrikaanse Kaapverdiaan Kaapverdische Surinamer Surinaamse
    Curaçaoënaar Curaçaose Antilliaan Antilliaanse Amerikaan Amerikaanse Canadees Canadese Mexicaan Mexicaanse Colombiaan Colombiaanse Chileen Chileense
    Uruguayaan Uruguayaanse Paraguayaan Peruaan Peruaanse Ecuadoraan Ecuadoriaan Venezolaan Costa Ricaan Jamaicaan Jamaicaanse Japanner Japanse Zuid-Koreaan
    Zuid-Koreaanse Koreaan Chinees Chinese Australiër Australische Iraniër Iraanse Irakees Syriër Syrische Libanees Afghaan Indonesiër Indonesische Vlaming
    Vlaamse Waal Waalse Hollander Hollandse Fries Friese Limburger Limburgse Brabander Brabantse Zeeuw Zeeuwse Groninger Tukker Twentse Achterhoeker Rotterdammer
    Amsterdammer Utrechter Hagenaar Eindhovenaar Arnhemmer Antwerpenaar Gentenaar Bruggeling Brusselaar Limburgers Belgen Duitsers Fransen Spanjaarden Italianen
    Engelsen Britten Schotten Ieren Portugezen Brazilianen Argentijnen Denen Zweden Noren Finnen Polen Tsjechen Hongaren Oostenrijkers Zwitsers Kroaten Serviërs
    Grieken Turken Russen Marokkanen Friezen Rotterdammers Amsterdammers Nederlanders Deen""".split()
)

HOME_WORDS = frozenset("thuisploeg thuisclub thuiselftal gastheer gastheren gastvrouwen thuisspelers".split())
AWAY_WORDS = frozenset("bezoekers gasten uitploeg bezoeker bezoekende uitclub".split())
"""Words that describe the team at home, and the other one."""

MONTHS = frozenset("januari februari maart april mei juni juli augustus september oktober november december".split())
WEEKDAYS = ("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag")

CLUB_WORDS = frozenset(
    """FC SC SV VV KV KVC KSK KFC KSV RKSV RKVV CVV HVV BVV SVV AVV WVV VC AC AS AFC BV BVO CF CD SK FK NK IF IFK BK HNK KRC RSC KAA KMSK RFC RC US SSC SSV VfB VfL TSV
    TSG Sporting Racing Royal Real Union United City Town Rovers Athletic Atlético Olympique Dynamo Dinamo Lokomotiv Borussia Eintracht Eendracht Boys Eagles
    Rangers Jong DVS DOS DSV ASV USV GVV GVVV RKC NAC VVV MVV NEC PEC PSV AZ ADO vv sv Vrouwen Beloften""".split()
)

COMPETITION_WORDS = (
    "eredivisie|eerste divisie|tweede divisie|derde divisie|hoofdklasse|eersteklasse|jupiler pro league|jupiler league|pro league|challenger pro league|proximus league|"
    "keuken kampioen divisie|keukenkampioendivisie|croky cup|beker van belgië|knvb-?beker|toto knvb-?beker|amstel cup|holland casino cup|europa league|conference league|"
    "champions league|women's champions league|nations league|uefa cup|uefa-cup|europa cup|europacup|premier league|la liga|bundesliga|serie a|ligue 1|super league|lotto super league|"
    "vrouwen eredivisie|eredivisie vrouwen|azerion vrouwen eredivisie|beneliga|ek|wk|ek-kwalificatie|wk-kwalificatie|oefenwedstrijd|oefenduel|oefeninterland|vriendschappelijk(?:e)? (?:duel|wedstrijd|interland)|"
    "youth league|copa libertadores|copa sudamericana|copa américa|copa del rey|fa cup|league cup|dfb-pokal|coppa italia|coupe de france|afrika cup|africa cup|"
    "gold cup|bekerwinnaarsbeker|serie b|ligue 2|landelijke beker|bekertoernooi|bekerfinale|"
    "johan cruijff schaal|supercup|play-offs|nacompetitie|districtsbeker|nationale|provinciale"
)


@lru_cache(maxsize=1)
def first_names() -> frozenset[str]:
    """Given names of many languages (made by `evals/training/lexicon.py`)."""
    return frozenset(_lines("first_names.txt"))


@lru_cache(maxsize=1)
def clubs() -> frozenset[str]:
    """Names of clubs, as articles write them."""
    return frozenset(_lines("clubs.txt"))


@lru_cache(maxsize=1)
def world_clubs() -> frozenset[str]:
    """Names of clubs all over the world, less surely a club where an article has them (made by `evals/training/lexicon.py`)."""
    return frozenset(_lines("world_clubs.txt"))


@lru_cache(maxsize=1)
def places() -> frozenset[str]:
    """Towns and villages of the Netherlands and Belgium (made by `evals/training/lexicon.py`)."""
    return frozenset(_lines("places.txt"))


@lru_cache(maxsize=1)
def nicknames() -> dict[str, tuple[str, ...]]:
    """What clubs and countries are called: nickname -> words of the names it may stand for."""
    return _table("nicknames.txt", ",")


@lru_cache(maxsize=1)
def towns() -> dict[str, tuple[str, ...]]:
    """A word of a club's name -> its town, and its country where that is a foreign one."""
    return _table("towns.txt", ",")


@lru_cache(maxsize=1)
def club_towns() -> frozenset[str]:
    """The towns in which clubs of `towns` play, without their countries."""
    return frozenset(town for found in towns().values() for town in found) - peoples().keys()


@lru_cache(maxsize=1)
def peoples() -> dict[str, tuple[str, ...]]:
    """A country or town -> words for its people and its adjectives, where they are irregular."""
    return _table("peoples.txt", None)


@lru_cache(maxsize=1)
def stadiums() -> dict[str, tuple[str, ...]]:
    """A word of a stadium's name -> words of the names of the clubs that play there."""
    return _table("stadiums.txt", ",")


def _table(name: str, separator: str | None) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for line in _lines(name):
        if not line.startswith("#"):
            key, values = line.split(" = ")
            found[key] = (*found.get(key, ()), *(value.strip() for value in values.split(separator)))
    return found


def _lines(name: str) -> list[str]:
    data = resources.files("extractor.dutch").joinpath("data", name).read_text(encoding="utf-8")
    return [line for line in data.splitlines() if line]
