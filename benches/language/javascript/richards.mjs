// The kernel of an operating system that passes packets between tasks (M. Richards, 1981).

class Packet {
  constructor(link, task, isWork) {
    this.link = link;
    this.task = task;
    this.isWork = isWork;
    this.datum = 0;
    this.data = [0, 0, 0, 0];
  }

  // Answers the queue with this packet at its end.
  appendTo(queue) {
    this.link = null;
    if (queue === null) return this;
    let last = queue;
    while (last.link !== null) last = last.link;
    last.link = this;
    return queue;
  }
}

class Task {
  constructor(scheduler, identity, priority, queue) {
    this.scheduler = scheduler;
    this.link = null;
    this.identity = identity;
    this.priority = priority;
    this.queue = queue;
    this.hasPacket = queue !== null;
    this.isWaiting = true;
    this.isHeld = false;
  }

  isHeldOrWaiting() {
    return this.isHeld || (this.isWaiting && !this.hasPacket);
  }

  // Takes a packet if it waited for one. Answers the task to run next.
  run() {
    let packet = null;
    if (this.isWaiting && this.hasPacket) {
      packet = this.queue;
      this.queue = packet.link;
      this.hasPacket = this.queue !== null;
      this.isWaiting = false;
    }
    return this.process(packet);
  }

  // Answers who runs next: the more important one.
  add(packet, task) {
    if (this.queue !== null) {
      this.queue = packet.appendTo(this.queue);
      return task;
    }
    this.queue = packet;
    this.hasPacket = true;
    return this.priority > task.priority ? this : task;
  }
}

class IdleTask extends Task {
  constructor(scheduler, identity, priority, queue, count) {
    super(scheduler, identity, priority, queue);
    this.count = count;
    this.control = 1;
    this.isWaiting = false;
  }

  process() {
    this.count--;
    if (this.count === 0) return this.scheduler.hold();
    if (this.control % 2 === 0) {
      this.control = this.control >> 1;
      return this.scheduler.release(4);
    }
    this.control = (this.control >> 1) ^ 0xd008;
    return this.scheduler.release(5);
  }
}

class WorkerTask extends Task {
  constructor(scheduler, identity, priority, queue, handler) {
    super(scheduler, identity, priority, queue);
    this.handler = handler;
    this.letter = 0;
  }

  process(packet) {
    if (packet === null) return this.scheduler.wait();
    this.handler = 5 - this.handler;
    packet.task = this.handler;
    packet.datum = 0;
    for (let index = 0; index < packet.data.length; index++) {
      this.letter++;
      if (this.letter > 26) this.letter = 1;
      packet.data[index] = 64 + this.letter;
    }
    return this.scheduler.send(packet);
  }
}

class HandlerTask extends Task {
  constructor(scheduler, identity, priority, queue, device) {
    super(scheduler, identity, priority, queue);
    this.device = device;
    this.work = null;
    this.replies = null;
  }

  process(packet) {
    if (packet !== null) {
      if (packet.isWork) this.work = packet.appendTo(this.work);
      else this.replies = packet.appendTo(this.replies);
    }
    if (this.work !== null) {
      if (this.work.datum === this.work.data.length) return this.finishWork();
      if (this.replies !== null) return this.sendNext();
    }
    return this.scheduler.wait();
  }

  finishWork() {
    const packet = this.work;
    this.work = packet.link;
    packet.task = 1;
    return this.scheduler.send(packet);
  }

  // The next datum of the work goes to the device.
  sendNext() {
    const packet = this.replies;
    this.replies = packet.link;
    packet.task = this.device;
    packet.datum = this.work.data[this.work.datum];
    this.work.datum++;
    return this.scheduler.send(packet);
  }
}

class DeviceTask extends Task {
  constructor(scheduler, identity, priority, queue) {
    super(scheduler, identity, priority, queue);
    this.pending = null;
  }

  process(packet) {
    if (packet !== null) {
      this.pending = packet;
      return this.scheduler.hold();
    }
    if (this.pending === null) return this.scheduler.wait();
    const pending = this.pending;
    this.pending = null;
    return this.scheduler.send(pending);
  }
}

function packets(count, task, isWork) {
  let link = null;
  for (let made = 0; made < count; made++) link = new Packet(link, task, isWork);
  return link;
}

class Scheduler {
  constructor(count) {
    this.first = null;
    this.current = null;
    this.tasks = [];
    this.queued = 0;
    this.held = 0;
    this.add(new IdleTask(this, 0, 0, null, count));
    this.add(new WorkerTask(this, 1, 1000, packets(2, 1, true), 2));
    this.add(new HandlerTask(this, 2, 2000, packets(3, 4, false), 4));
    this.add(new HandlerTask(this, 3, 3000, packets(3, 5, false), 5));
    this.add(new DeviceTask(this, 4, 4000, null));
    this.add(new DeviceTask(this, 5, 5000, null));
  }

  // The task added last is the most important one.
  add(task) {
    task.link = this.first;
    this.first = task;
    this.tasks.push(task);
  }

  schedule() {
    this.current = this.first;
    while (this.current !== null) {
      this.current = this.current.isHeldOrWaiting() ? this.current.link : this.current.run();
    }
  }

  wait() {
    this.current.isWaiting = true;
    return this.current;
  }

  hold() {
    this.held++;
    this.current.isHeld = true;
    return this.current.link;
  }

  release(identity) {
    const task = this.tasks[identity];
    task.isHeld = false;
    return task.priority > this.current.priority ? task : this.current;
  }

  send(packet) {
    const task = this.tasks[packet.task];
    this.queued++;
    packet.link = null;
    packet.task = this.current.identity;
    return task.add(packet, this.current);
  }
}

export function run(count) {
  const scheduler = new Scheduler(count);
  scheduler.schedule();
  return scheduler.queued * 1000000 + scheduler.held;
}
