//! Detects collisions of aircraft between two radar frames (Kalibera and others, 2009).

use std::collections::{HashMap, HashSet};
use std::ops::Sub;

#[derive(Clone, Copy)]
struct Vector {
    x: f64,
    y: f64,
    z: f64,
}

struct Aircraft {
    call_sign: i64,
    position: Vector,
}

#[derive(Clone, Copy)]
struct Motion {
    call_sign: i64,
    from: Vector,
    to: Vector,
}

#[derive(Default)]
struct Detector {
    positions: HashMap<i64, Vector>,
}

/// How many collisions there are in all frames of `count` aircraft.
pub fn run(count: i64) -> i64 {
    let mut detector = Detector::default();
    (0..20).map(|frame| detector.collisions_in(&frame_at(f64::from(frame) * 0.5, count)).len() as i64).sum()
}

/// Pairs that fly around one another, beside one another.
fn frame_at(time: f64, count: i64) -> Vec<Aircraft> {
    let mut frame = Vec::with_capacity(count as usize);
    for index in (0..count).step_by(2) {
        let place = index as f64 * 3.0;
        frame.push(Aircraft { call_sign: index, position: Vector { x: time, y: time.cos() * 2.0 + place, z: 10.0 } });
        frame.push(Aircraft { call_sign: index + 1, position: Vector { x: time, y: time.sin() * 2.0 + place, z: 10.0 } });
    }
    frame
}

impl Sub for Vector {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self { x: self.x - other.x, y: self.y - other.y, z: self.z - other.z }
    }
}

impl Vector {
    fn dot(self, other: Self) -> f64 {
        self.x * other.x + self.y * other.y + self.z * other.z
    }

    fn squared(self) -> f64 {
        self.dot(self)
    }
}

impl Motion {
    fn delta(&self) -> Vector {
        self.to - self.from
    }

    /// Whether the two come nearer than a radius of 1 in the time from 0 to 1: a quadratic equation.
    fn collides_with(&self, other: &Motion) -> bool {
        let distance = self.from - other.from;
        let speed = self.delta() - other.delta();
        let a = speed.squared();
        let c = distance.squared() - 1.0;
        if a == 0.0 {
            return c <= 0.0;
        }
        let b = 2.0 * distance.dot(speed);
        let root = b * b - 4.0 * a * c;
        if root < 0.0 {
            return false;
        }
        let root = root.sqrt();
        let first = (-b - root) / (2.0 * a);
        let second = (root - b) / (2.0 * a);
        first <= 1.0 && second >= 0.0
    }

    /// Whether the path, as wide as the radius, touches the square of side 2 with this corner.
    fn crosses(&self, left: f64, bottom: f64) -> bool {
        let delta = self.delta();
        let Some((x_from, x_to)) = times(self.from.x, delta.x, left - 1.0, left + 3.0) else { return false };
        let Some((y_from, y_to)) = times(self.from.y, delta.y, bottom - 1.0, bottom + 3.0) else { return false };
        x_from.max(y_from) <= x_to.min(y_to)
    }

    /// Adds it to every square of the grid that it touches, from where it starts to its neighbours.
    fn add_to(&self, column: i64, row: i64, voxels: &mut HashMap<i64, Vec<Motion>>, seen: &mut HashSet<i64>) {
        let key = column * 65536 + row;
        if !seen.insert(key) || !self.crosses(column as f64 * 2.0, row as f64 * 2.0) {
            return;
        }
        voxels.entry(key).or_default().push(*self);
        for right in -1..=1 {
            for up in -1..=1 {
                if right != 0 || up != 0 {
                    self.add_to(column + right, row + up, voxels, seen);
                }
            }
        }
    }
}

/// When in the time from 0 to 1 the coordinate lies between the bounds.
fn times(start: f64, delta: f64, low: f64, high: f64) -> Option<(f64, f64)> {
    if delta == 0.0 {
        return (low..=high).contains(&start).then_some((0.0, 1.0));
    }
    let one = (low - start) / delta;
    let other = (high - start) / delta;
    let (one, other) = if one > other { (other, one) } else { (one, other) };
    let (one, other) = (one.max(0.0), other.min(1.0));
    (one <= other).then_some((one, other))
}

impl Detector {
    /// The pairs of call signs, each once, as numbers.
    fn collisions_in(&mut self, frame: &[Aircraft]) -> HashSet<i64> {
        let mut voxels = HashMap::new();
        for motion in self.motions_in(frame) {
            let (column, row) = ((motion.from.x / 2.0).floor() as i64, (motion.from.y / 2.0).floor() as i64);
            motion.add_to(column, row, &mut voxels, &mut HashSet::new());
        }
        let mut collisions = HashSet::new();
        for motions in voxels.values() {
            for (i, one) in motions.iter().enumerate() {
                for other in &motions[i + 1..] {
                    if one.collides_with(other) {
                        collisions.insert(one.call_sign.min(other.call_sign) * 65536 + one.call_sign.max(other.call_sign));
                    }
                }
            }
        }
        collisions
    }

    /// From where each aircraft was in the frame before, if it was in it; those that have left are forgotten.
    fn motions_in(&mut self, frame: &[Aircraft]) -> Vec<Motion> {
        let mut motions = Vec::with_capacity(frame.len());
        let mut seen = HashSet::new();
        for &Aircraft { call_sign, position } in frame {
            let from = self.positions.insert(call_sign, position).unwrap_or(position);
            motions.push(Motion { call_sign, from, to: position });
            seen.insert(call_sign);
        }
        self.positions.retain(|call_sign, _| seen.contains(call_sign));
        motions
    }
}
