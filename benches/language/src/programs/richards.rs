//! The kernel of an operating system that passes packets between tasks (M. Richards, 1981).

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Work,
    Device,
}

struct Packet {
    link: Option<Box<Packet>>,
    task: usize,
    kind: Kind,
    datum: usize,
    data: [u8; 4],
}

type Queue = Option<Box<Packet>>;

/// What a task does when it runs.
enum Role {
    Idle { count: i64, control: i64 },
    Worker { handler: usize, letter: u8 },
    Handler { device: usize, work: Queue, replies: Queue },
    Device { pending: Queue },
}

struct Task {
    link: Option<usize>,
    priority: i64,
    queue: Queue,
    has_packet: bool,
    is_waiting: bool,
    is_held: bool,
    role: Option<Role>,
}

#[derive(Default)]
struct Scheduler {
    first: Option<usize>,
    current: usize,
    tasks: Vec<Task>,
    queued: i64,
    held: i64,
}

/// Packets queued and tasks held in `count` rounds of the idle task.
pub fn run(count: i64) -> i64 {
    let mut scheduler = Scheduler::default();
    scheduler.add(0, None, Role::Idle { count, control: 1 });
    scheduler.tasks[0].is_waiting = false;
    scheduler.add(1000, packets(2, 1, Kind::Work), Role::Worker { handler: 2, letter: 0 });
    scheduler.add(2000, packets(3, 4, Kind::Device), Role::Handler { device: 4, work: None, replies: None });
    scheduler.add(3000, packets(3, 5, Kind::Device), Role::Handler { device: 5, work: None, replies: None });
    scheduler.add(4000, None, Role::Device { pending: None });
    scheduler.add(5000, None, Role::Device { pending: None });
    scheduler.schedule();
    scheduler.queued * 1_000_000 + scheduler.held
}

fn packets(count: usize, task: usize, kind: Kind) -> Queue {
    (0..count).fold(None, |link, _| Some(Box::new(Packet { link, task, kind, datum: 0, data: [0; 4] })))
}

/// Puts a packet at the end of a queue.
fn append(mut queue: &mut Queue, mut packet: Box<Packet>) {
    packet.link = None;
    while let Some(last) = queue {
        queue = &mut last.link;
    }
    *queue = Some(packet);
}

impl Task {
    fn is_held_or_waiting(&self) -> bool {
        self.is_held || (self.is_waiting && !self.has_packet)
    }

    /// Takes a packet if it waited for one.
    fn take(&mut self) -> Queue {
        if !(self.is_waiting && self.has_packet) {
            return None;
        }
        let mut packet = self.queue.take()?;
        self.queue = packet.link.take();
        self.has_packet = self.queue.is_some();
        self.is_waiting = false;
        Some(packet)
    }
}

impl Scheduler {
    /// The task added last is the most important one.
    fn add(&mut self, priority: i64, queue: Queue, role: Role) {
        let link = self.first.replace(self.tasks.len());
        let has_packet = queue.is_some();
        self.tasks.push(Task { link, priority, queue, has_packet, is_waiting: true, is_held: false, role: Some(role) });
    }

    fn schedule(&mut self) {
        let mut next = self.first;
        while let Some(current) = next {
            self.current = current;
            let task = &mut self.tasks[current];
            next = if task.is_held_or_waiting() { task.link } else { self.run() };
        }
    }

    /// Runs the current task; answers the one to run next.
    fn run(&mut self) -> Option<usize> {
        let current = self.current;
        let packet = self.tasks[current].take();
        let mut role = self.tasks[current].role.take().expect("a task does not run within itself");
        let next = match &mut role {
            Role::Idle { count, control } => self.idle(count, control),
            Role::Worker { handler, letter } => self.work(handler, letter, packet),
            Role::Handler { device, work, replies } => self.handle(*device, work, replies, packet),
            Role::Device { pending } => self.device(pending, packet),
        };
        self.tasks[current].role = Some(role);
        next
    }

    fn idle(&mut self, count: &mut i64, control: &mut i64) -> Option<usize> {
        *count -= 1;
        if *count == 0 {
            return self.hold();
        }
        if *control % 2 == 0 {
            *control /= 2;
            self.release(4)
        } else {
            *control = (*control / 2) ^ 0xD008;
            self.release(5)
        }
    }

    fn work(&mut self, handler: &mut usize, letter: &mut u8, packet: Queue) -> Option<usize> {
        let Some(mut packet) = packet else { return self.wait() };
        *handler = 5 - *handler;
        packet.task = *handler;
        packet.datum = 0;
        for datum in &mut packet.data {
            *letter = if *letter == 26 { 1 } else { *letter + 1 };
            *datum = 64 + *letter;
        }
        self.queue(packet)
    }

    fn handle(&mut self, device: usize, work: &mut Queue, replies: &mut Queue, packet: Queue) -> Option<usize> {
        if let Some(packet) = packet {
            append(if packet.kind == Kind::Work { work } else { replies }, packet);
        }
        let Some(first) = work else { return self.wait() };
        if first.datum == first.data.len() {
            let mut packet = work.take()?;
            *work = packet.link.take();
            packet.task = 1;
            return self.queue(packet);
        }
        let Some(mut packet) = replies.take() else { return self.wait() };
        *replies = packet.link.take();
        packet.task = device;
        packet.datum = first.data[first.datum].into();
        first.datum += 1;
        self.queue(packet)
    }

    fn device(&mut self, pending: &mut Queue, packet: Queue) -> Option<usize> {
        if packet.is_some() {
            *pending = packet;
            return self.hold();
        }
        match pending.take() {
            None => self.wait(),
            Some(packet) => self.queue(packet),
        }
    }

    fn wait(&mut self) -> Option<usize> {
        self.tasks[self.current].is_waiting = true;
        Some(self.current)
    }

    fn hold(&mut self) -> Option<usize> {
        self.held += 1;
        let task = &mut self.tasks[self.current];
        task.is_held = true;
        task.link
    }

    fn release(&mut self, identity: usize) -> Option<usize> {
        self.tasks[identity].is_held = false;
        Some(self.more_important(identity))
    }

    fn more_important(&self, task: usize) -> usize {
        if self.tasks[task].priority > self.tasks[self.current].priority { task } else { self.current }
    }

    /// Sends the packet to its task.
    fn queue(&mut self, mut packet: Box<Packet>) -> Option<usize> {
        let target = packet.task;
        self.queued += 1;
        packet.link = None;
        packet.task = self.current;
        let task = &mut self.tasks[target];
        if task.queue.is_some() {
            append(&mut task.queue, packet);
            return Some(self.current);
        }
        task.queue = Some(packet);
        task.has_packet = true;
        Some(self.more_important(target))
    }
}
