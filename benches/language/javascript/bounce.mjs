// Balls in a box: how often they hit its walls in fifty steps.

import { Numbers } from "./numbers.mjs";

class Ball {
  constructor(numbers) {
    this.x = numbers.next() % 500;
    this.y = numbers.next() % 500;
    this.xVelocity = (numbers.next() % 300) - 150;
    this.yVelocity = (numbers.next() % 300) - 150;
  }

  bounce() {
    let hit = false;
    this.x += this.xVelocity;
    this.y += this.yVelocity;
    if (this.x > 500) {
      this.x = 500;
      this.xVelocity = -Math.abs(this.xVelocity);
      hit = true;
    }
    if (this.x < 0) {
      this.x = 0;
      this.xVelocity = Math.abs(this.xVelocity);
      hit = true;
    }
    if (this.y > 500) {
      this.y = 500;
      this.yVelocity = -Math.abs(this.yVelocity);
      hit = true;
    }
    if (this.y < 0) {
      this.y = 0;
      this.yVelocity = Math.abs(this.yVelocity);
      hit = true;
    }
    return hit;
  }
}

export function run(size) {
  const numbers = new Numbers();
  const balls = Array.from({ length: size }, () => new Ball(numbers));
  let bounces = 0;
  for (let step = 0; step < 50; step++) {
    for (const ball of balls) {
      if (ball.bounce()) bounces++;
    }
  }
  return bounces;
}
