//! What invented people want, in their words; English and Spanish.

pub struct GoalText {
    pub life_area: &'static str,
    pub title: [&'static str; 2],
    pub why: [&'static str; 2],
    /// Measure, unit and value that is aimed for.
    pub target: Option<([&'static str; 2], [&'static str; 2], f64)>,
    pub steps: [[&'static str; 2]; 3],
}

pub const GOALS: [GoalText; 8] = [
    GoalText {
        life_area: "health",
        title: ["Walk most mornings", "Caminar casi todas las mañanas"],
        why: ["I sleep better when I move", "Duermo mejor cuando me muevo"],
        target: Some((["Walks a week", "Caminatas por semana"], ["walks", "caminatas"], 5.0)),
        steps: [
            ["Put my shoes by the door", "Dejar los zapatos junto a la puerta"],
            ["Walk to the corner and back", "Caminar hasta la esquina y volver"],
            ["Ask somebody to come along", "Pedirle a alguien que me acompañe"],
        ],
    },
    GoalText {
        life_area: "home",
        title: ["Have my own place again", "Volver a tener mi propio lugar"],
        why: ["I want my kids to visit", "Quiero que mis hijos me visiten"],
        target: None,
        steps: [
            ["Write down what I need", "Escribir lo que necesito"],
            ["Visit two places", "Visitar dos lugares"],
            ["Save for the deposit", "Ahorrar para el depósito"],
        ],
    },
    GoalText {
        life_area: "purpose",
        title: ["Work two days a week", "Trabajar dos días por semana"],
        why: ["It feels good to be needed", "Se siente bien que me necesiten"],
        target: Some((["Days worked a week", "Días de trabajo por semana"], ["days", "días"], 2.0)),
        steps: [
            ["Update my work history", "Actualizar mi historial de trabajo"],
            ["Call the bike shop", "Llamar al taller de bicicletas"],
            ["Try one shift", "Probar un turno"],
        ],
    },
    GoalText {
        life_area: "community",
        title: ["Go to my group every week", "Ir a mi grupo cada semana"],
        why: ["They get me", "Ahí me entienden"],
        target: Some((["Meetings a month", "Reuniones al mes"], ["meetings", "reuniones"], 4.0)),
        steps: [
            ["Find the bus line", "Averiguar qué autobús va"],
            ["Go once with Sam", "Ir una vez con Sam"],
            ["Stay for coffee after", "Quedarme al café después"],
        ],
    },
    GoalText {
        life_area: "health",
        title: ["See a dentist", "Ir al dentista"],
        why: ["I want to smile in photos", "Quiero sonreír en las fotos"],
        target: None,
        steps: [
            ["Find one who takes my plan", "Encontrar uno que acepte mi plan"],
            ["Make the appointment", "Pedir la cita"],
            ["Go, with music in my ears", "Ir, con música en los oídos"],
        ],
    },
    GoalText {
        life_area: "home",
        title: ["Cook dinner at home", "Cocinar la cena en casa"],
        why: ["It saves money and I like it", "Ahorro dinero y me gusta"],
        target: Some((["Dinners a week", "Cenas por semana"], ["dinners", "cenas"], 4.0)),
        steps: [
            ["Buy a pan", "Comprar una sartén"],
            ["Learn three dishes", "Aprender tres platos"],
            ["Invite my sister", "Invitar a mi hermana"],
        ],
    },
    GoalText {
        life_area: "purpose",
        title: ["Finish my GED", "Terminar la preparatoria"],
        why: ["For me, and to show my son", "Por mí, y para que lo vea mi hijo"],
        target: Some((["Lessons done", "Lecciones hechas"], ["lessons", "lecciones"], 24.0)),
        steps: [
            ["Sign up", "Inscribirme"],
            ["Study on Tuesdays and Thursdays", "Estudiar martes y jueves"],
            ["Take the practice test", "Hacer el examen de práctica"],
        ],
    },
    GoalText {
        life_area: "community",
        title: ["Call my brother on Sundays", "Llamar a mi hermano los domingos"],
        why: ["We lost touch", "Perdimos el contacto"],
        target: None,
        steps: [
            ["Find his number", "Encontrar su número"],
            ["Write a short text first", "Escribirle primero un mensaje corto"],
            ["Call", "Llamarlo"],
        ],
    },
];
