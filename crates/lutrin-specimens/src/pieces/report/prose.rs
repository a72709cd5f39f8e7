//! The words of the reports. `{employer}`, `{title}`, `{period}` and `{diploma}`
//! are filled in.

/// A professional situation told in the report.
pub(super) struct Situation {
    pub(super) title: &'static str,
    pub(super) sections: [Section; 3],
}

/// A part of a situation.
pub(super) struct Section {
    pub(super) title: &'static str,
    pub(super) paragraphs: &'static [&'static str],
    /// Rows of a table after the text, the first being its head.
    pub(super) table: &'static [[&'static str; 3]],
}

const fn section(title: &'static str, paragraphs: &'static [&'static str]) -> Section {
    Section { title, paragraphs, table: &[] }
}

pub(super) const INTRODUCTION: [&str; 3] = [
    "Ce rapport présente l'expérience professionnelle que j'ai acquise chez {employer} en qualité de {title} ({period}). Il est remis à l'appui de ma demande de délivrance du diplôme « {diploma} » et suit le plan recommandé par l'équipe pédagogique.",
    "J'ai choisi de ne pas décrire toutes mes tâches, mais de m'arrêter sur des situations où j'ai dû analyser un problème, proposer une solution et en assumer les conséquences. Pour chacune, je précise ce qui m'était demandé, ce que j'ai fait, ce que d'autres ont fait, et le résultat obtenu.",
    "Les noms des clients ont été remplacés et les montants arrondis, à la demande de mon responsable, qui a relu ce document.",
];

pub(super) const COMPANY: [&str; 2] = [
    "{employer} emploie une soixantaine de personnes sur deux sites. L'activité repose sur une clientèle régionale d'entreprises de taille moyenne et de collectivités. L'organisation est courte : une direction, quatre pôles de métier et un service support, ce qui laisse une large part d'initiative à chacun.",
    "J'ai rejoint un pôle de sept personnes au moment où l'entreprise changeait d'outils. Cette période a été exigeante, mais elle m'a donné l'occasion de participer à des décisions qui, d'ordinaire, sont déjà prises quand on arrive. Le pôle se réunit chaque lundi pour répartir la charge de la semaine, et chaque fin de mois pour en faire le bilan.",
];

pub(super) const DUTIES: [&str; 2] = [
    "Je rends compte au responsable du pôle. J'organise mon travail à la semaine, je fixe avec les demandeurs les échéances qui ne dépendent que de moi et je fais arbitrer les autres. Depuis un an, j'accompagne aussi les nouveaux arrivants pendant leur premier mois.",
    "Mes principales attributions sont les suivantes :",
];

pub(super) const CONCLUSION: [&str; 4] = [
    "Ces situations ont en commun de m'avoir placé devant des choix dont je devais répondre. J'y ai appliqué les méthodes étudiées au Cnam, parfois en les adaptant : la théorie suppose des données complètes et du temps, et l'on n'a souvent ni l'un ni l'autre.",
    "J'ai appris à demander tôt plutôt qu'à corriger tard. Les difficultés rencontrées tenaient moins à la technique qu'à des attentes mal formulées ; reformuler par écrit, montrer une première version et dater les décisions m'a évité de nombreux retours en arrière.",
    "J'ai également mesuré mes limites. L'estimation des charges reste pour moi un exercice difficile, et je prends désormais l'habitude de noter l'écart entre le prévu et le réalisé pour progresser.",
    "Je souhaite poursuivre dans cette voie et prendre en charge, à terme, la coordination d'une petite équipe. La délivrance du diplôme « {diploma} » serait la reconnaissance du chemin parcouru et un appui pour cette évolution.",
];

pub(super) const COMPUTING: [Situation; 3] = [
    Situation {
        title: "Première situation : reprise du module de facturation",
        sections: [
            section(
                "Le besoin",
                &[
                    "Le module de facturation, écrit huit ans plus tôt, n'avait plus de mainteneur. Les utilisateurs signalaient des écarts de centimes entre la facture et l'export comptable, sans pouvoir les reproduire. Le service comptable corrigeait à la main une quinzaine de lignes par mois.",
                    "On m'a demandé d'expliquer ces écarts et de les supprimer sans interrompre la facturation mensuelle. Je disposais de trois semaines, d'un accès en lecture à la base de production et de l'aide ponctuelle d'une comptable.",
                ],
            ),
            section(
                "La démarche",
                &[
                    "J'ai commencé par écrire des tests qui rejouaient les factures des douze derniers mois. Deux causes sont apparues : des calculs en nombres à virgule flottante et un arrondi appliqué tantôt à la ligne, tantôt au total. J'ai documenté chaque cas par un exemple chiffré, que la comptable a validé.",
                    "J'ai proposé de représenter tous les montants en centimes entiers et d'arrondir une seule fois, par taux de TVA. Cette solution touchait quarante fichiers ; je l'ai découpée en six livraisons, chacune vérifiée par les tests de non-régression et relue par un collègue.",
                ],
            ),
            Section {
                title: "Le résultat",
                paragraphs: &[
                    "Les écarts ont disparu à la clôture suivante. Le tableau ci-dessous résume l'effet mesuré sur trois mois. La principale difficulté a été de convaincre que le nouveau calcul pouvait différer d'un centime des anciennes factures, ce que nous avons accepté par écrit pour les avoirs.",
                ],
                table: &[
                    ["Indicateur", "Avant", "Après"],
                    ["Lignes corrigées à la main par mois", "15", "0"],
                    ["Durée de la facturation", "4 h 10", "1 h 25"],
                    ["Couverture des tests du module", "0 %", "81 %"],
                ],
            },
        ],
    },
    Situation {
        title: "Deuxième situation : mise en place de l'intégration continue",
        sections: [
            section(
                "Le besoin",
                &[
                    "Les livraisons se faisaient le vendredi soir, à partir du poste d'un développeur, selon une liste d'opérations que lui seul maîtrisait. Deux incidents en six mois avaient rendu la direction sensible au sujet. Aucune exigence n'était formulée, sinon « que cela n'arrive plus ».",
                ],
            ),
            section(
                "La démarche",
                &[
                    "J'ai d'abord observé trois livraisons et noté chaque geste. J'ai ensuite comparé deux outils selon cinq critères : coût, hébergement en France, prise en main, lisibilité des journaux et retour arrière. J'ai présenté cette comparaison à l'équipe et retenu l'outil que nous pouvions héberger nous-mêmes.",
                    "La mise en place s'est faite projet par projet, en commençant par le moins critique. J'ai rédigé un guide de quatre pages et animé deux ateliers. Les secrets de déploiement ont été retirés des fichiers de configuration et confiés à un coffre, ce que personne n'avait demandé mais que l'inventaire avait révélé.",
                ],
            ),
            section(
                "Le résultat",
                &[
                    "Une livraison prend désormais douze minutes et peut être annulée en trois. L'équipe livre deux à trois fois par semaine, en journée. Le guide a été repris par un autre pôle. Avec le recul, j'aurais dû mesurer plus tôt le temps passé aux livraisons : je n'ai que des estimations pour la période précédente.",
                ],
            ),
        ],
    },
    Situation {
        title: "Troisième situation : conception d'une interface pour un partenaire",
        sections: [
            section(
                "Le besoin",
                &[
                    "Un partenaire souhaitait consulter l'état de ses commandes sans passer par le téléphone. Il s'agissait de concevoir une interface de programmation sûre, documentée et limitée à ses propres données, en respectant le règlement général sur la protection des données.",
                ],
            ),
            section(
                "La démarche",
                &[
                    "J'ai conduit trois entretiens avec le partenaire, rédigé les cas d'utilisation et modélisé les échanges. J'ai proposé des identifiants opaques, une pagination par curseur et des messages d'erreur normalisés. Le modèle de données a été discuté avec l'administrateur de bases, qui a relevé un index manquant.",
                    "Le développement a occupé cinq semaines, à deux. J'ai réalisé l'authentification, la limitation de débit et la documentation ; ma collègue, les requêtes et leurs tests. Nous avons relu mutuellement notre code, et fait appel au délégué à la protection des données pour valider les champs transmis.",
                ],
            ),
            section(
                "Le résultat",
                &[
                    "L'interface est en service depuis huit mois et traite environ neuf mille appels par jour. Les appels téléphoniques du partenaire ont baissé des deux tiers. Une demande d'évolution, l'envoi d'alertes, a été reportée : j'ai montré que le besoin réel était couvert par un résumé quotidien.",
                ],
            ),
        ],
    },
];

pub(super) const MANAGEMENT: [Situation; 3] = [
    Situation {
        title: "Première situation : fiabiliser les rapprochements bancaires",
        sections: [
            section(
                "Le besoin",
                &[
                    "À mon arrivée, les rapprochements bancaires avaient trois mois de retard et les comptes d'attente dépassaient soixante lignes. L'expert-comptable demandait des explications à chaque situation intermédiaire, et la trésorerie prévisionnelle était établie sans données fiables.",
                    "On m'a confié la remise à jour puis la tenue mensuelle de ces états, en lien avec les trois personnes qui saisissent les règlements.",
                ],
            ),
            section(
                "La démarche",
                &[
                    "J'ai classé les écarts par origine : règlements groupés, frais bancaires non saisis, remises de chèques partielles, erreurs de compte. Pour chacune, j'ai rédigé une règle d'imputation d'une phrase et un exemple. J'ai ensuite paramétré le lettrage automatique pour les cas répétitifs, en gardant un contrôle visuel au-delà de mille euros.",
                    "J'ai organisé un point de quinze minutes chaque jeudi avec les collègues concernés. Ce rendez-vous a permis de traiter les questions avant la clôture plutôt qu'après, et de corriger à la source deux habitudes de saisie.",
                ],
            ),
            Section {
                title: "Le résultat",
                paragraphs: &[
                    "Le retard a été résorbé en sept semaines. Le tableau suivant compare la situation avant et après la mise en place de la procédure.",
                ],
                table: &[
                    ["Indicateur", "Avant", "Après"],
                    ["Lignes en compte d'attente", "63", "4"],
                    ["Délai de rapprochement", "3 mois", "6 jours"],
                    ["Questions de l'expert-comptable", "22", "5"],
                ],
            },
        ],
    },
    Situation {
        title: "Deuxième situation : préparer la paie et ses déclarations",
        sections: [
            section(
                "Le besoin",
                &[
                    "La paie de quarante-deux salariés était préparée par une personne partie en congé de longue durée. Il fallait assurer la continuité, respecter la date de la déclaration sociale nominative et comprendre des usages qui n'étaient pas écrits.",
                ],
            ),
            section(
                "La démarche",
                &[
                    "J'ai repris les bulletins de l'année précédente pour reconstituer le calendrier, les variables et les cas particuliers : temps partiels, heures supplémentaires, absences. J'ai dressé une liste de contrôle de vingt-trois points, dont le total des bases, l'évolution des effectifs et la cohérence du net imposable.",
                    "Les deux premiers mois, j'ai fait valider mes calculs par le cabinet. J'ai détecté un taux d'accident du travail non mis à jour depuis janvier, chiffré la régularisation et préparé le courrier à l'organisme. J'ai ensuite travaillé en autonomie, en sollicitant le cabinet sur les seules questions nouvelles.",
                ],
            ),
            section(
                "Le résultat",
                &[
                    "Aucune déclaration n'a été déposée en retard et le nombre de bulletins rectifiés est passé de cinq par mois à moins d'un. La liste de contrôle est désormais utilisée par ma remplaçante. Cette expérience m'a appris à distinguer ce qui relève du droit et ce qui relève de l'usage de l'entreprise.",
                ],
            ),
        ],
    },
    Situation {
        title: "Troisième situation : construire un tableau de bord",
        sections: [
            section(
                "Le besoin",
                &[
                    "La direction recevait chaque mois un classeur de onze onglets qu'elle ne lisait plus. Elle souhaitait disposer, avant le dix du mois, de quelques indicateurs commentés sur l'activité, les marges et les délais de règlement.",
                ],
            ),
            section(
                "La démarche",
                &[
                    "J'ai rencontré les quatre responsables de pôle pour leur demander quelles décisions ils prenaient et à quel moment. J'en ai déduit huit indicateurs, dont j'ai précisé la définition, la source et le responsable. Trois d'entre eux n'existaient pas : il a fallu créer des axes analytiques et les faire renseigner.",
                    "J'ai réalisé une maquette sur tableur, présentée en réunion, puis modifiée deux fois. J'ai tenu à faire apparaître l'écart avec l'année précédente et un commentaire de trois lignes, rédigé par le responsable concerné et non par moi.",
                ],
            ),
            section(
                "Le résultat",
                &[
                    "Le tableau de bord tient sur deux pages et paraît le huit du mois. Il a permis de repérer l'allongement des délais de règlement de deux clients et d'engager une relance à temps. L'ancien classeur a été abandonné après trois mois de double production.",
                ],
            ),
        ],
    },
];
