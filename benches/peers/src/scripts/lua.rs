//! LuaJIT: a table with a method.

use mlua::{Function, Lua, Table};

use super::calls;
use crate::figures::Figures;

const SENSOR: &str = "
local Sensor = {}
Sensor.__index = Sensor
function Sensor:updateTelemetry(reading)
    self.temperature = reading
    if self.temperature > self.threshold then self.alertState = true end
end
return setmetatable({ temperature = 20, threshold = 30, alertState = false }, Sensor)";

pub fn measure(figures: &mut Figures) {
    let lua = Lua::new();
    let sensor: Table = lua.load(SENSOR).eval().expect("it loads");
    let update: Function = sensor.get("updateTelemetry").expect("it has the method");
    calls(figures, |reading| update.call((&sensor, reading)).expect("it runs"));
    assert!(sensor.get::<f64>("temperature").is_ok_and(|temperature| temperature >= 10.0));
}
