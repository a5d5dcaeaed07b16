"""Short and familiar forms of given names, in canon, so that Sasha meets Alexander in either script."""

from vincula.kernel.duplicates.words import canon
from vincula.kernel.folding import fold

_GROUPS = """
alexander aleksandr alex sasha sascha саша александр олександр sander alec
alexandra aleksandra саша sasha sandra александра
alexei aleksei lyosha alyosha алексей леша
anastasia nastya анастасия настя
andreas andrej andrei andries dries андрей
anna anya ann аня анна anneke
anton toon антон
barbara babs варвара
benjamin ben
bernard ben
catherine katharina katarzyna ekaterina katya kate kathy cathy екатерина катя katrien katrijn
charles karel karl carlos charlie
christian chris
christopher chris christoph stoffel
cornelis cees kees cor
daniel dan danny даниил
david dave dave давид
dmitri dmitry dima dmytro дмитрий дима дмитро
edward ed eddy eduard эдуард
elena olena yelena lena елена олена лена helena
elisabeth elizabeth liz lisa els elisaveta liesbeth елизавета лиза
eugene evgeny yevgeny zhenya евгений женя
eugenia evgenia zhenya евгения женя
francis frans franciscus frank
frederik fred freddy friedrich fritz frederick
galina galya галина галя
george georgy georg yuri joris георгий юрий
gerard gerrit geert
gregory grigory grisha greg григорий
hendrik henk henri henry rik
irina ira iryna ирина ира
ivan vanya иван ваня
jacob jakob jaap jacques
james jim jimmy
johannes jan johan hans john jean juan
joseph jozef josef joe jef jos iosif иосиф
julia yulia юлия юля
konstantin kostya константин костя
leonid lyonya леонид
ludmila lyudmila lyuda людмила люда
margaret margarita rita maggie greta маргарита
maria marya masha marie mary marija мария маша марія mieke
martin maarten
michael mikhail misha mike michel michiel mykhailo михаил миша михайло
natalia nataliya natasha natalie наталья наталия наташа
nicholas nikolai kolya nick nico nicolas klaas mykola николай коля микола
oleg oleh олег
olga olya olha ольга оля
patrick pat paddy
paul pavel pavlo pasha павел павло паша
peter pyotr petr pieter piet petro pierre петр петро
philip filip philippe филипп
richard rick dick
robert bob rob bobby роберт
sergei serhii seryozha serge сергей сергій сережа
sophia sofia sonya sophie софия соня
stephen stephan stefan steven steve stepan etienne степан
svetlana sveta светлана света
tatiana tanya tatyana татьяна таня
theodore fyodor fedor theo федор
thomas tom tomas
valentina valya валентина валя
victor viktor vitya виктор
vladimir volodymyr vova volodya владимир володимир вова
william wilhelm willem wim bill will guillaume
yaroslav slava jaroslav ярослав
"""
_SETS: list[frozenset[str]] = [
    frozenset(canon(fold(w)) for w in group.split()) for group in _GROUPS.strip().splitlines()
]
_OF: dict[str, set[int]] = {}
for _n, _set in enumerate(_SETS):
    for _word in _set:
        _OF.setdefault(_word, set()).add(_n)


_FIRST = [canon(fold(group.split()[0])) for group in _GROUPS.strip().splitlines()]


def letters(name: str) -> set[str]:
    """First letters under which a given name in canon may stand: its own, and that of its full form."""
    return {name[:1], *(_FIRST[n][:1] for n in _OF.get(name, ()))}


def same(a: str, b: str) -> bool:
    """Whether two given names in canon are forms of one name."""
    return not _OF.get(a, set()).isdisjoint(_OF.get(b, ()))
