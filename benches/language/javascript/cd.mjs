// Detects collisions of aircraft between two radar frames (Kalibera and others, 2009).

class Vector {
  constructor(x, y, z) {
    this.x = x;
    this.y = y;
    this.z = z;
  }

  minus(other) {
    return new Vector(this.x - other.x, this.y - other.y, this.z - other.z);
  }

  dot(other) {
    return this.x * other.x + this.y * other.y + this.z * other.z;
  }

  squared() {
    return this.dot(this);
  }
}

// When in the time from 0 to 1 the coordinate lies between the bounds; null if it never does.
function times(start, delta, low, high) {
  if (delta === 0.0) return start >= low && start <= high ? { from: 0.0, to: 1.0 } : null;
  const one = (low - start) / delta;
  const other = (high - start) / delta;
  const from = Math.max(Math.min(one, other), 0.0);
  const to = Math.min(Math.max(one, other), 1.0);
  return from <= to ? { from, to } : null;
}

class Motion {
  constructor(callSign, from, to) {
    this.callSign = callSign;
    this.from = from;
    this.to = to;
  }

  delta() {
    return this.to.minus(this.from);
  }

  // Whether the two come nearer than a radius of 1 in the time from 0 to 1: a quadratic equation.
  collidesWith(other) {
    const distance = this.from.minus(other.from);
    const speed = this.delta().minus(other.delta());
    const a = speed.squared();
    const c = distance.squared() - 1.0;
    if (a === 0.0) return c <= 0.0;
    const b = 2.0 * distance.dot(speed);
    let root = b * b - 4.0 * a * c;
    if (root < 0.0) return false;
    root = Math.sqrt(root);
    const first = (-b - root) / (2.0 * a);
    const second = (root - b) / (2.0 * a);
    return first <= 1.0 && second >= 0.0;
  }

  // Whether the path, as wide as the radius, touches the square of side 2 with this corner.
  crosses(left, bottom) {
    const x = times(this.from.x, this.delta().x, left - 1.0, left + 3.0);
    if (x === null) return false;
    const y = times(this.from.y, this.delta().y, bottom - 1.0, bottom + 3.0);
    if (y === null) return false;
    return Math.max(x.from, y.from) <= Math.min(x.to, y.to);
  }

  // Adds it to every square of the grid that it touches, from where it starts to its neighbours.
  addTo(column, row, voxels, seen) {
    const key = column * 65536 + row;
    if (seen.has(key)) return;
    seen.add(key);
    if (!this.crosses(column * 2.0, row * 2.0)) return;
    const motions = voxels.get(key);
    if (motions === undefined) voxels.set(key, [this]);
    else motions.push(this);
    for (let right = -1; right <= 1; right++) {
      for (let up = -1; up <= 1; up++) {
        if (right !== 0 || up !== 0) this.addTo(column + right, row + up, voxels, seen);
      }
    }
  }
}

class Detector {
  constructor() {
    this.positions = new Map();
  }

  // The pairs of call signs, each once, as numbers.
  collisionsIn(frame) {
    const voxels = new Map();
    for (const motion of this.motionsIn(frame)) {
      motion.addTo(Math.floor(motion.from.x / 2.0), Math.floor(motion.from.y / 2.0), voxels, new Set());
    }
    const collisions = new Set();
    for (const motions of voxels.values()) {
      for (let i = 0; i < motions.length; i++) {
        const one = motions[i];
        for (let j = i + 1; j < motions.length; j++) {
          const other = motions[j];
          if (one.collidesWith(other)) {
            collisions.add(Math.min(one.callSign, other.callSign) * 65536 + Math.max(one.callSign, other.callSign));
          }
        }
      }
    }
    return collisions;
  }

  // From where each aircraft was in the frame before, if it was in it; those that have left are forgotten.
  motionsIn(frame) {
    const motions = [];
    const seen = new Set();
    for (const { callSign, position } of frame) {
      const old = this.positions.get(callSign) ?? position;
      motions.push(new Motion(callSign, old, position));
      this.positions.set(callSign, position);
      seen.add(callSign);
    }
    for (const callSign of this.positions.keys()) if (!seen.has(callSign)) this.positions.delete(callSign);
    return motions;
  }
}

// Pairs that fly around one another, beside one another.
function frameAt(time, count) {
  const frame = [];
  for (let index = 0; index < count; index += 2) {
    frame.push({ callSign: index, position: new Vector(time, Math.cos(time) * 2.0 + index * 3.0, 10.0) });
    frame.push({ callSign: index + 1, position: new Vector(time, Math.sin(time) * 2.0 + index * 3.0, 10.0) });
  }
  return frame;
}

export function run(count) {
  const detector = new Detector();
  let collisions = 0;
  for (let frame = 0; frame < 20; frame++) collisions += detector.collisionsIn(frameAt(frame * 0.5, count)).size;
  return collisions;
}
