"""What the catalogue tells users about the services, in the languages that were found time for."""

from vincula.portfolio.demo.ground import Ground
from vincula.portfolio.models import ServiceText

USERS: dict[str, dict[str, str]] = {
    "NET": {"en": "Your campus is joined to our backbone on two paths that never share a duct. We watch both, day and night, and call you before you call us.",
            "ru": "Ваш кампус соединён с нашей магистралью двумя независимыми путями. Мы следим за обоими круглосуточно и звоним раньше, чем вы заметите сбой.",
            "fr": "Votre campus rejoint notre dorsale par deux chemins qui ne partagent aucune gaine. Nous les surveillons jour et nuit et vous appelons avant que vous n’appeliez.",
            "nl": "Uw campus is langs twee gescheiden paden met onze backbone verbonden. Wij bewaken beide dag en nacht en bellen u voordat u ons belt.",
            "de": "Ihr Campus ist auf zwei getrennten Wegen mit unserem Backbone verbunden. Wir überwachen beide Tag und Nacht und rufen an, bevor Sie es tun."},
    "EDU": {"en": "Set it up once at home; afterwards your device is online on every campus that takes part, here and in a hundred countries.",
            "ru": "Настройте один раз дома — и устройство подключится в любом кампусе-участнике, у нас и в сотне стран.",
            "nl": "Eén keer thuis instellen; daarna is uw toestel online op elke deelnemende campus, hier en in honderd landen."},
    "CRT": {"en": "Ask for certificates by hand or let your server ask for itself. They are renewed before they end, and none of them is billed.",
            "ru": "Запрашивайте сертификаты вручную или доверьте это серверу. Они продлеваются до истечения срока, и за них не выставляют счёт.",
            "de": "Zertifikate von Hand beantragen oder vom Server selbst holen lassen. Sie werden rechtzeitig erneuert und nicht berechnet."},
    "FED": {"en": "Your people sign in with the account they have. You decide what a service learns about them.",
            "ru": "Ваши сотрудники входят со своей учётной записью. Вы решаете, что сервис о них узнает.",
            "fr": "Vos membres se connectent avec leur compte habituel. Vous décidez de ce qu’un service apprend d’eux.",
            "nl": "Uw mensen melden zich aan met het account dat ze hebben. U bepaalt wat een dienst over hen te weten komt."},
    "GST": {"en": "Store what your instruments measure, at the speed at which they measure it. Two copies, 40 km apart, billed by the terabyte.",
            "ru": "Храните измерения с той скоростью, с которой они поступают. Две копии на расстоянии 40 км, оплата за терабайт."},
    "VRM": {"en": "Rooms for lectures and meetings, up to 500 people, with recordings that stay on our machines.",
            "ru": "Залы для лекций и встреч до 500 человек; записи остаются на наших машинах.",
            "fr": "Des salles pour cours et réunions, jusqu’à 500 personnes; les enregistrements restent sur nos machines."},
    "TIM": {"en": "A time signal over fibre for laboratories that measure in nanoseconds.", "ru": "Сигнал времени по волокну для лабораторий, измеряющих наносекунды."},
    "FTP": {"en": "Copies of public archives. The mirror closes; see what is offered instead.", "ru": "Копии открытых архивов. Зеркало закрывается; посмотрите, что предлагается взамен."},
    "DDS": {"en": "When traffic floods your campus, we find it within a minute and wash it in our backbone. What is good arrives.",
            "ru": "Когда ваш кампус заливает трафиком, мы замечаем это за минуту и очищаем его в магистрали. Полезное доходит.",
            "nl": "Overspoelt verkeer uw campus, dan vinden we het binnen een minuut en wassen we het in onze backbone. Het goede komt aan."},
    "SFX": {"en": "Send a file of any size to anybody. The link expires after 14 days, can be called back, and tells you who fetched it.",
            "fr": "Envoyez un fichier de n’importe quelle taille à n’importe qui. Le lien expire après 14 jours, peut être retiré et vous dit qui l’a ouvert.",
            "nl": "Stuur een bestand van elke omvang aan wie u wilt. De link vervalt na 14 dagen, is terug te roepen en vertelt wie het ophaalde.",
            "de": "Senden Sie beliebig große Dateien an jede Person. Der Link verfällt nach 14 Tagen, lässt sich zurückrufen und sagt, wer abgeholt hat."},
    "RDV": {"en": "Finished data, described, kept for ten years in three copies, and cited by a number. It opens after its pilot.",
            "ru": "Готовые данные с описанием хранятся десять лет в трёх копиях и цитируются по номеру. Откроется после опытной эксплуатации."},
    "NWX": {"en": "Was it the network? See what your users meet. Open to everybody who wants to try.", "ru": "Виновата ли сеть? Посмотрите глазами пользователей. Открыто для всех желающих попробовать."},
}  # fmt: skip
DECIDERS = {
    "SFX": "Patient and exam data stay under European law. Three years cost 291,000 euros and are covered by eighteen members at 8,100 a year.",
    "RDV": "Funders ask for ten years of keeping. One vault costs less than a cupboard of disks in each faculty, and can be read.",
    "DDS": "Two attacks stopped a campus for a day each. Since the service began none did.",
}


def told(g: Ground) -> None:
    """Texts for users, and for those who decide."""
    rows = [
        ServiceText(service=g.services[code], audience="users", language=language, text=text)
        for code, texts in USERS.items() for language, text in texts.items()
    ]  # fmt: skip
    rows += [
        ServiceText(service=g.services[code], audience="deciders", language="en", text=t)
        for code, t in DECIDERS.items()
    ]
    g.parties.store(rows)
