"""Words the simulated people, companies and mails are made of."""

# Titles by persona and language; the language of a person's country is used for most of its people.
TITLES = {
    "executive_buyer": {
        "en": ("CEO", "Chief Executive Officer", "C.E.O.", "CFO", "Chief Financial Officer", "COO",
            "Chief Operating Officer", "CTO", "Chief Technology Officer", "CIO", "CMO",
            "Chief Marketing Officer", "Founder & CEO", "Co-Founder", "Owner", "Managing Director",
            "President", "VP of Marketing", "V.P. Marketing", "Vice President, Marketing",
            "VP Finance", "SVP Operations", "EVP, Sales", "VP Engineering", "Chief Revenue Officer",
            "General Manager", "VP, Product", "Partner"),
        "de": ("Geschäftsführer", "Geschäftsführerin", "Vorstand", "Vorstandsvorsitzender",
            "Inhaber", "Gesellschafter-Geschäftsführer", "Kaufmännischer Leiter",
            "Mitglied der Geschäftsleitung", "Prokurist", "CEO", "CFO"),
        "fr": ("Directeur général", "Directrice générale", "PDG", "Président", "Gérant", "DAF",
            "Directeur administratif et financier", "Fondateur", "DSI"),
        "es": ("Director general", "Directora general", "Gerente general", "Presidente", "Fundador",
            "Director financiero", "Socio director", "Consejero delegado"),
        "pt": ("Diretor geral", "Diretora executiva", "Presidente", "Sócio", "Fundador",
            "Diretor financeiro", "Proprietário"),
        "nl": ("Algemeen directeur", "Directeur", "Eigenaar", "Financieel directeur", "Bestuurder",
            "Oprichter", "CEO"),
        "it": ("Amministratore delegato", "Direttore generale", "Titolare", "Presidente",
            "Direttore finanziario", "Fondatore", "Socio"),
    },
    "analytics_leader": {
        "en": ("Chief Data Officer", "CDO", "VP of Data", "VP Analytics", "Head of BI",
            "Head of Data", "Head of Analytics", "Head of Business Intelligence",
            "Director of Analytics", "Director, Data & Analytics", "Sr. Director Data Science",
            "Data Science Manager", "BI Manager", "Business Intelligence Manager",
            "Analytics Manager", "Director of Data Engineering", "Lead Data Scientist",
            "Director of IT", "IT Director", "Head of Data Governance"),
        "de": ("Leiter Controlling", "Leiterin Controlling", "Leiter BI", "Leiter Datenanalyse",
            "Abteilungsleiter IT", "IT-Leiter", "Leiter Business Intelligence",
            "Teamleiter Data Science", "Bereichsleiter Finanzen", "Leiterin Data & Analytics"),
        "fr": ("Directeur des données", "Responsable BI", "Responsable décisionnel",
            "Directrice Data", "Chef de projet BI", "Responsable informatique",
            "Directeur des systèmes d'information"),
        "es": ("Director de datos", "Jefe de BI", "Responsable de analítica", "Gerente de datos",
            "Jefa de análisis", "Director de TI", "Responsable de informática"),
        "pt": ("Diretor de dados", "Gerente de BI", "Coordenador de dados", "Gerente de TI",
            "Gerente de análise", "Chefe de dados"),
        "nl": ("Hoofd BI", "Manager data", "Hoofd data & analytics", "Directeur IT", "Hoofd ICT",
            "Teamleider BI"),
        "it": ("Direttore dati", "Responsabile BI", "Responsabile analisi dati", "Direttore IT",
            "Responsabile sistemi informativi"),
    },
    "practitioner": {
        "en": ("Data Analyst", "Sr. Data Analyst", "Senior Data Analyst", "Data Engineer",
            "Analytics Engineer", "Software Engineer", "Senior Software Developer", "BI Developer",
            "BI Analyst", "Data Scientist", "Senior Data Scientist", "Backend Developer",
            "Business Analyst", "Financial Analyst", "Database Administrator", "DevOps Engineer",
            "Solutions Architect", "Junior Data Analyst", "ML Engineer", "Marketing Analyst"),
        "de": ("Datenanalyst", "Datenanalystin", "Softwareentwickler", "Controller", "Controllerin",
            "Dateningenieur", "Sachbearbeiter Controlling", "BI-Entwickler", "Referent Analytics",
            "Systemadministrator", "Junior Data Analyst"),
        "fr": ("Analyste de données", "Ingénieur données", "Développeur", "Contrôleur de gestion",
            "Chargé d'études", "Data analyst", "Architecte logiciel"),
        "es": ("Analista de datos", "Ingeniero de datos", "Desarrollador", "Desarrolladora",
            "Científico de datos", "Analista de negocio", "Técnico de sistemas"),
        "pt": ("Analista de dados", "Engenheiro de dados", "Desenvolvedor", "Cientista de dados",
            "Analista de BI", "Analista financeiro"),
        "nl": ("Data-analist", "Data engineer", "Softwareontwikkelaar", "BI-ontwikkelaar",
            "Business analist", "Medewerker control"),
        "it": ("Analista dati", "Ingegnere dei dati", "Sviluppatore", "Programmatore",
            "Data scientist", "Addetto controllo di gestione"),
    },
    "business_manager": {
        "en": ("Marketing Manager", "Mktg Manager", "Sr. Marketing Manager", "Head of Marketing",
            "Operations Manager", "Ops Manager", "Director of Operations", "Sales Manager",
            "Head of Sales Operations", "RevOps Manager", "Finance Manager", "Product Manager",
            "Senior Product Manager", "HR Manager", "Customer Success Manager", "Controller",
            "Director of Finance", "Demand Generation Manager", "Supply Chain Manager",
            "Procurement Manager", "Project Manager"),
        "de": ("Marketingleiter", "Marketingleiterin", "Vertriebsleiter", "Leiter Vertrieb",
            "Leiter Einkauf", "Produktmanager", "Personalleiter", "Leiter Finanzen",
            "Teamleiter Marketing", "Leiter Logistik", "Projektleiter"),
        "fr": ("Responsable marketing", "Directeur marketing", "Directrice commerciale",
            "Responsable des opérations", "Chef de produit", "Responsable financier", "DRH",
            "Responsable achats"),
        "es": ("Gerente de marketing", "Director comercial", "Jefe de ventas",
            "Responsable de operaciones", "Jefa de producto", "Director de operaciones",
            "Responsable de compras"),
        "pt": ("Gerente de marketing", "Diretor comercial", "Gerente de vendas",
            "Gerente de operações", "Coordenador de marketing", "Gerente financeiro"),
        "nl": ("Marketingmanager", "Verkoopleider", "Hoofd marketing", "Hoofd inkoop",
            "Operationeel manager", "Manager financiën", "Productmanager"),
        "it": ("Responsabile marketing", "Direttore commerciale", "Responsabile vendite",
            "Responsabile operazioni", "Direttore marketing", "Responsabile acquisti"),
    },
    "student": {
        "en": ("Student", "MBA Student", "PhD Candidate", "Graduate Student", "Undergraduate",
            "Intern", "Research Assistant", "Teaching Assistant"),
        "de": ("Student", "Studentin", "Werkstudent", "Praktikantin", "Doktorand"),
        "fr": ("Étudiant", "Étudiante en master", "Stagiaire", "Doctorant"),
        "es": ("Estudiante", "Becario", "Estudiante de doctorado"),
        "pt": ("Estudante", "Estagiário", "Doutorando"),
        "nl": ("Student", "Stagiair", "Promovendus"),
        "it": ("Studente", "Studentessa", "Tirocinante", "Dottorando"),
    },
    "consultant": {
        "en": ("Consultant", "Senior Consultant", "Freelance Consultant", "BI Consultant",
            "Independent Advisor", "Management Consultant", "Principal Consultant"),
        "de": ("Berater", "Unternehmensberater", "Freiberufler", "Senior Berater BI"),
        "fr": ("Consultant", "Consultante BI", "Consultant indépendant"),
        "es": ("Consultor", "Consultora de negocio", "Asesor"),
        "pt": ("Consultor", "Consultora de BI", "Autônomo"),
        "nl": ("Adviseur", "Consultant", "Zzp'er", "Senior adviseur"),
        "it": ("Consulente", "Libero professionista", "Consulente aziendale"),
    },
    "competitor": {
        "en": ("Product Marketing Manager", "Competitive Intelligence Analyst", "Product Manager",
            "Sales Engineer", "Account Executive"),
    },
    "job_seeker": {
        "en": ("Looking for new opportunities", "Retired", "Open to work", "Recent graduate",
            "Freelancer", "n/a", "Unemployed"),
        "de": ("Auf Jobsuche", "Rentner", "Absolvent", "Arbeitssuchend"),
        "fr": ("En recherche d'emploi", "Retraité", "Jeune diplômé"),
        "es": ("En búsqueda activa", "Jubilado", "Recién graduado"),
        "pt": ("Em transição de carreira", "Aposentado", "Recém-formado"),
        "nl": ("Werkzoekend", "Gepensioneerd"),
        "it": ("In cerca di lavoro", "Pensionato"),
    },
}  # fmt: skip

PROMOTIONS = {  # the title after a change, by persona
    "executive_buyer": "Chief Operating Officer",
    "analytics_leader": "VP of Data",
    "practitioner": "Head of Data",
    "business_manager": "Director of Operations",
    "student": "Junior Data Analyst",
    "consultant": "Managing Partner",
    "competitor": "Director of Product Marketing",
    "job_seeker": "Business Analyst",
}

FIRST_NAMES = {
    "en": ("James", "Mary", "Robert", "Linda", "Olivia", "Noah", "Emma", "Liam", "Ava", "Ethan",
        "Grace", "Priya", "Arjun", "Wei", "Aisha", "Omar", "Siobhán", "Jack", "Chloe", "Daniel"),
    "de": ("Jürgen", "Anke", "Sören", "Käthe", "Lukas", "Mia", "Jörg", "Sabine", "Björn", "Heike",
        "Ömer", "Łukasz", "Felix", "Günther", "Lena"),
    "fr": ("Chloé", "François", "Zoë", "Hélène", "Luc", "Amélie", "Benoît", "Jean-Luc", "Maëlle"),
    "es": ("José", "María", "Íñigo", "Lucía", "Ángel", "Sofía", "Javier", "Begoña", "Nuño"),
    "pt": ("João", "Conceição", "Antônio", "Inês", "Tiago", "Gonçalo", "Beatriz"),
    "nl": ("Jan", "Sanne", "Daan", "Femke", "Joost", "Noë", "Marijke", "Bram"),
    "it": ("Niccolò", "Giulia", "Marco", "Chiara", "Matteo", "Francesca", "Andrea"),
}  # fmt: skip

LAST_NAMES = {
    "en": ("Smith", "O'Connor", "Brown", "Taylor", "Nguyen", "Patel", "Lee", "Walker", "Chen",
        "Johnson", "Okafor", "Singh", "McDonald", "Young", "Clark", "Hernández", "Kowalski"),
    "de": ("Müller", "Schäfer", "Weiß", "Jäger", "Öztürk", "von der Leine", "Schmidt", "Köhler",
        "Nowak", "Fischer", "Groß", "Bauer"),
    "fr": ("Lefèvre", "Dupont", "Nguyễn", "d'Ormesson", "Garçon", "Béranger", "Moreau"),
    "es": ("García", "Muñoz", "Fernández", "Ibáñez", "Núñez", "López", "Castaño"),
    "pt": ("Gonçalves", "da Silva", "Magalhães", "Araújo", "Simões", "Pereira"),
    "nl": ("de Vries", "van den Berg", "Jansen", "Bakker", "Visser", "'t Hart"),
    "it": ("Rossi", "D'Angelo", "Bianchi", "Nicolò", "Ferrari", "Ricci"),
}  # fmt: skip

COMPANY_FIRST = (
    "Blue", "Bright", "North", "Silver", "Green", "Rapid", "True", "Clear", "Iron", "Golden",
    "Open", "Prime", "Solid", "Urban", "Vital", "Alpine", "Atlas", "Beacon", "Cedar", "Delta",
    "Ember", "Falcon", "Granite", "Harbor", "Indigo", "Juniper", "Kepler", "Lumen", "Maple",
    "Nimbus", "Onyx", "Pioneer", "Quartz", "Raven", "Summit", "Tundra", "Umbra", "Vertex",
    "Willow", "Zephyr",
)  # fmt: skip
COMPANY_SECOND = (
    "bridge", "core", "dale", "field", "forge", "gate", "grid", "hill", "lake", "lane", "leaf",
    "light", "line", "loop", "mark", "mill", "peak", "point", "port", "reach", "ridge", "river",
    "rock", "scale", "shore", "spark", "stone", "stream", "tide", "trail", "vale", "view",
    "ware", "wave", "way", "wind", "wise", "wood", "works", "yard",
)  # fmt: skip
COMPANY_THIRD = (
    "Analytics", "Capital", "Care", "Cloud", "Consulting", "Data", "Design", "Digital", "Energy",
    "Finance", "Foods", "Freight", "Group", "Health", "Industries", "Insurance", "Labs",
    "Learning", "Logistics", "Machines", "Media", "Metals", "Mobility", "Networks", "Partners",
    "Pharma", "Power", "Print", "Retail", "Robotics", "Science", "Security", "Services",
    "Software", "Solutions", "Studios", "Systems", "Technology", "Trading", "Ventures",
)  # fmt: skip
COMPANY_FORMS = {
    "en": ("Inc.", "LLC", "Ltd", ""), "de": ("GmbH", "AG", "GmbH & Co. KG"),
    "fr": ("SAS", "SA", "S.à r.l."), "es": ("S.L.", "S.A."), "pt": ("Ltda", "S/A"),
    "nl": ("B.V.", "N.V."), "it": ("S.r.l.", "S.p.A."),
}  # fmt: skip

FREE_DOMAINS = {
    "en": ("gmail.com", "gmail.com", "gmail.com", "googlemail.com", "outlook.com", "yahoo.com",
        "icloud.com", "hotmail.com"),
    "de": ("gmail.com", "gmx.de", "web.de", "t-online.de", "googlemail.com"),
    "fr": ("gmail.com", "orange.fr", "laposte.net", "hotmail.fr"),
    "es": ("gmail.com", "hotmail.es", "yahoo.es"),
    "pt": ("gmail.com", "uol.com.br", "bol.com.br"),
    "nl": ("gmail.com", "ziggo.nl", "kpnmail.nl"),
    "it": ("gmail.com", "libero.it", "virgilio.it"),
}  # fmt: skip
DISPOSABLE_DOMAINS = ("mailinator.com", "yopmail.com", "guerrillamail.com", "10minutemail.com")
UNIVERSITY_DOMAINS = (
    "northfield.example.edu", "lakeside.example.edu", "westbrook.example.ac.uk",
    "harbour.example.edu.au", "campus.example.edu",
)  # fmt: skip
COMPETITOR_DOMAINS = ("rivalytics.example", "chartwise.example", "insightforge.example")
COMPETITOR_NAMES = ("Rivalytics", "Chartwise", "InsightForge")

PROXY_AGENTS = (
    '{"user_agent": "Mozilla/5.0 (via ggpht.com GoogleImageProxy)"}',
    '{"user_agent": "Mozilla/5.0 AppleMailPrivacy"}',
)
AGENTS = (
    '{"user_agent": "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Outlook"}',
    '{"user_agent": "Mozilla/5.0 (Macintosh) AppleWebKit/605.1.15"}',
)
