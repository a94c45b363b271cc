// Sensors in a Map, in Node: `node --expose-gc node.mjs` prints a figure a line, in CPU time.

class Sensor {
    constructor() {
        this.temperature = 20.0;
        this.threshold = 30.0;
        this.alertState = false;
    }

    updateTelemetry(reading) {
        this.temperature = reading;
        if (this.temperature > this.threshold) this.alertState = true;
    }

    async currentTemperature() {
        return this.temperature;
    }

    breakDown() {
        this.temperature = 0.0;
        throw new Error('out of order');
    }
}

let number = 0;
const reading = () => (++number % 16) + 10.5;

function create(count) {
    const sensors = new Map();
    for (let id = 0; id < count; id++) {
        sensors.set(id, new Sensor());
        sensors.get(id).updateTelemetry(20.5);
    }
    return sensors;
}

// The least of several rounds, the garbage of each collected within it; the first ones are for the compiler.
async function nanoseconds(count, round) {
    let least = Infinity;
    for (let index = 0; index < 12; index++) {
        const start = process.cpuUsage();
        await round();
        const spent = process.cpuUsage(start);
        least = Math.min(least, (spent.user + spent.system) * 1000 / count);
    }
    return least;
}

const weighed = 100_000;
global.gc();
const before = process.memoryUsage().heapUsed;
let sensors = create(weighed);
global.gc();
console.log('bytes', (process.memoryUsage().heapUsed - before) / weighed);
if (sensors.size !== weighed) throw new Error('too few');

console.log('create', await nanoseconds(10_000, () => { sensors = create(10_000); }));
sensors = create(10_000);
console.log('tell', await nanoseconds(1_000_000, () => {
    for (let message = 0; message < 1_000_000; message++) sensors.get(message % 10_000).updateTelemetry(reading());
}));
let temperature = 0;
console.log('ask', await nanoseconds(200_000, async () => {
    for (let message = 0; message < 200_000; message++) temperature += await sensors.get(7).currentTemperature();
}));
if (!(temperature > 0)) throw new Error('no answers');
sensors = create(100);
console.log('asks', await nanoseconds(200_000, async () => {
    for (let round = 0; round < 2000; round++) {
        const answers = await Promise.all(Array.from(sensors.values(), (sensor) => sensor.currentTemperature()));
        temperature += answers[0];
    }
}));
console.log('broadcast', await nanoseconds(1_000_000, () => {
    for (let round = 0; round < 10_000; round++) {
        const value = reading();
        for (const sensor of sensors.values()) sensor.updateTelemetry(value);
    }
}));
console.log('restart', await nanoseconds(10_000, () => {
    for (let round = 0; round < 10_000; round++) {
        try {
            sensors.get(7).breakDown();
        } catch {
            sensors.set(7, new Sensor());
        }
        sensors.get(7).updateTelemetry(reading());
    }
}) / 1000);
