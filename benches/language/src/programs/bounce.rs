//! Balls in a box: how often they hit its walls in fifty steps.

use super::numbers::Numbers;

struct Ball {
    x: i64,
    y: i64,
    x_velocity: i64,
    y_velocity: i64,
}

/// How often `size` balls bounce.
pub fn run(size: i64) -> i64 {
    let mut numbers = Numbers::new();
    let mut balls: Vec<Ball> = (0..size).map(|_| Ball::from(&mut numbers)).collect();
    let mut bounces = 0;
    for _ in 0..50 {
        for ball in &mut balls {
            if ball.bounce() {
                bounces += 1;
            }
        }
    }
    bounces
}

impl Ball {
    fn from(numbers: &mut Numbers) -> Self {
        Self {
            x: numbers.next() % 500,
            y: numbers.next() % 500,
            x_velocity: numbers.next() % 300 - 150,
            y_velocity: numbers.next() % 300 - 150,
        }
    }

    /// Answers whether it hit a wall.
    fn bounce(&mut self) -> bool {
        let mut hit = false;
        self.x += self.x_velocity;
        self.y += self.y_velocity;
        if self.x > 500 {
            self.x = 500;
            self.x_velocity = -self.x_velocity.abs();
            hit = true;
        }
        if self.x < 0 {
            self.x = 0;
            self.x_velocity = self.x_velocity.abs();
            hit = true;
        }
        if self.y > 500 {
            self.y = 500;
            self.y_velocity = -self.y_velocity.abs();
            hit = true;
        }
        if self.y < 0 {
            self.y = 0;
            self.y_velocity = self.y_velocity.abs();
            hit = true;
        }
        hit
    }
}
