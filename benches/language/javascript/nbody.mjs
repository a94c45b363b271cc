// The sun and its four giant planets, moved by a symplectic integrator (the Computer Language Benchmarks Game).

const SOLAR_MASS = 4 * Math.PI * Math.PI;
const DAYS_PER_YEAR = 365.24;

class Body {
  // Velocities are in units a day, masses in suns.
  constructor(x, y, z, vx, vy, vz, mass) {
    this.x = x;
    this.y = y;
    this.z = z;
    this.vx = vx * DAYS_PER_YEAR;
    this.vy = vy * DAYS_PER_YEAR;
    this.vz = vz * DAYS_PER_YEAR;
    this.mass = mass * SOLAR_MASS;
  }

  offsetMomentum(px, py, pz) {
    this.vx = -px / this.mass;
    this.vy = -py / this.mass;
    this.vz = -pz / this.mass;
  }

  // Gravity changes the velocity of both.
  attract(other, dt) {
    const dx = this.x - other.x;
    const dy = this.y - other.y;
    const dz = this.z - other.z;
    const squared = dx * dx + dy * dy + dz * dz;
    const magnitude = dt / (squared * Math.sqrt(squared));
    other.vx += dx * this.mass * magnitude;
    other.vy += dy * this.mass * magnitude;
    other.vz += dz * this.mass * magnitude;
    this.vx -= dx * other.mass * magnitude;
    this.vy -= dy * other.mass * magnitude;
    this.vz -= dz * other.mass * magnitude;
  }

  move(dt) {
    this.x += dt * this.vx;
    this.y += dt * this.vy;
    this.z += dt * this.vz;
  }

  kineticEnergy() {
    return 0.5 * this.mass * (this.vx * this.vx + this.vy * this.vy + this.vz * this.vz);
  }

  potentialEnergy(other) {
    const dx = this.x - other.x;
    const dy = this.y - other.y;
    const dz = this.z - other.z;
    return (this.mass * other.mass) / Math.sqrt(dx * dx + dy * dy + dz * dz);
  }
}

function makeBodies() {
  const bodies = [
    new Body(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0),
    new Body(
      4.8414314424647209, -1.16032004402742839, -0.103622044471123109,
      0.00166007664274403694, 0.00769901118419740425, -0.0000690460016972063023,
      0.000954791938424326609,
    ),
    new Body(
      8.34336671824457987, 4.12479856412430479, -0.403523417114321381,
      -0.00276742510726411021, 0.00499852801234917238, 0.0000230417297573763929,
      0.000285885980666130812,
    ),
    new Body(
      12.894369562139131, -15.1111514016986312, -0.223307578892655734,
      0.00296460137564761618, 0.0023784717395948095, -0.0000296589568540237556,
      0.0000436624404335156298,
    ),
    new Body(
      15.3796971148509165, -25.9193146099879641, 0.179258772950371181,
      0.00268067772490389322, 0.00162824170038242295, -0.000095159225451971587,
      0.0000515138902046611451,
    ),
  ];
  const momentum = (velocity) => bodies.reduce((sum, body) => sum + body[velocity] * body.mass, 0.0);
  bodies[0].offsetMomentum(momentum("vx"), momentum("vy"), momentum("vz"));
  return bodies;
}

function advance(bodies, dt) {
  for (let i = 0; i < bodies.length; i++) {
    for (let j = i + 1; j < bodies.length; j++) bodies[i].attract(bodies[j], dt);
  }
  for (const body of bodies) body.move(dt);
}

function energy(bodies) {
  let sum = 0.0;
  bodies.forEach((body, i) => {
    sum += body.kineticEnergy();
    for (let j = i + 1; j < bodies.length; j++) sum -= body.potentialEnergy(bodies[j]);
  });
  return sum;
}

export function run(steps) {
  const bodies = makeBodies();
  for (let step = 0; step < steps; step++) advance(bodies, 0.01);
  return Math.round(energy(bodies) * 1.0e12);
}
