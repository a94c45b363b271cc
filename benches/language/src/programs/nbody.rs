//! The sun and its four giant planets, moved by a symplectic integrator (the Computer Language Benchmarks Game).

use std::f64::consts::PI;

struct Body {
    position: [f64; 3],
    velocity: [f64; 3],
    mass: f64,
}

/// Positions, velocities a day, masses in suns.
const BODIES: [([f64; 3], [f64; 3], f64); 5] = [
    ([0.0; 3], [0.0; 3], 1.0),
    (
        [4.841_431_442_464_72, -1.160_320_044_027_428_4, -0.103_622_044_471_123_11],
        [0.001_660_076_642_744_037, 0.007_699_011_184_197_404, -0.000_069_046_001_697_206_3],
        0.000_954_791_938_424_326_6,
    ),
    (
        [8.343_366_718_244_58, 4.124_798_564_124_305, -0.403_523_417_114_321_4],
        [-0.002_767_425_107_264_11, 0.004_998_528_012_349_172, 0.000_023_041_729_757_376_393],
        0.000_285_885_980_666_130_8,
    ),
    (
        [12.894_369_562_139_13, -15.111_151_401_698_631, -0.223_307_578_892_655_73],
        [0.002_964_601_375_647_616, 0.002_378_471_739_594_809_5, -0.000_029_658_956_854_023_756],
        0.000_043_662_440_433_515_63,
    ),
    (
        [15.379_697_114_850_917, -25.919_314_609_987_964, 0.179_258_772_950_371_18],
        [0.002_680_677_724_903_893_2, 0.001_628_241_700_382_423, -0.000_095_159_225_451_971_59],
        0.000_051_513_890_204_661_145,
    ),
];

const DAYS_PER_YEAR: f64 = 365.24;
const SOLAR_MASS: f64 = 4.0 * PI * PI;

/// The energy after `steps` steps, in units of 1e-12.
pub fn run(steps: i64) -> i64 {
    let mut bodies = bodies();
    for _ in 0..steps {
        advance(&mut bodies, 0.01);
    }
    (energy(&bodies) * 1.0e12).round() as i64
}

fn bodies() -> Vec<Body> {
    let mut bodies: Vec<Body> = BODIES
        .iter()
        .map(|&(position, velocity, mass)| Body {
            position,
            velocity: velocity.map(|speed| speed * DAYS_PER_YEAR),
            mass: mass * SOLAR_MASS,
        })
        .collect();
    for axis in 0..3 {
        let momentum = bodies.iter().fold(0.0, |sum, body| sum + body.velocity[axis] * body.mass);
        bodies[0].velocity[axis] = -momentum / bodies[0].mass;
    }
    bodies
}

impl Body {
    fn distance(&self, other: &Body) -> [f64; 3] {
        [self.position[0] - other.position[0], self.position[1] - other.position[1], self.position[2] - other.position[2]]
    }

    /// Gravity changes the velocity of both.
    fn attract(&mut self, other: &mut Body, dt: f64) {
        let d = self.distance(other);
        let squared = d[0] * d[0] + d[1] * d[1] + d[2] * d[2];
        let magnitude = dt / (squared * squared.sqrt());
        for (axis, d) in d.into_iter().enumerate() {
            other.velocity[axis] += d * self.mass * magnitude;
            self.velocity[axis] -= d * other.mass * magnitude;
        }
    }

    fn advance(&mut self, dt: f64) {
        for axis in 0..3 {
            self.position[axis] += dt * self.velocity[axis];
        }
    }
}

fn advance(bodies: &mut [Body], dt: f64) {
    for i in 0..bodies.len() {
        let (left, right) = bodies.split_at_mut(i + 1);
        for other in right {
            left[i].attract(other, dt);
        }
    }
    for body in bodies {
        body.advance(dt);
    }
}

fn energy(bodies: &[Body]) -> f64 {
    let mut energy = 0.0;
    for (i, body) in bodies.iter().enumerate() {
        let v = body.velocity;
        energy += 0.5 * body.mass * (v[0] * v[0] + v[1] * v[1] + v[2] * v[2]);
        for other in &bodies[i + 1..] {
            let d = body.distance(other);
            energy -= body.mass * other.mass / (d[0] * d[0] + d[1] * d[1] + d[2] * d[2]).sqrt();
        }
    }
    energy
}
