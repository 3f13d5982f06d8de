//! Words and signs of other languages and tools: each is answered with what says the same here.

#[path = "../src/analysis_fixture.rs"]
mod analysis_fixture;

use analysis_fixture::check;
use insta::assert_snapshot;

/// Hardware and a site, on one line each.
const FRAME: &str = "hardware box { arch = x86_64; os = linux; cpu = 4 cores; memory = 8 GiB }
site home { device nuc : box * 3 { role = super } link { rtt = 1 ms } }
";

/// What is said of a program that begins with the frame.
fn framed(text: &str) -> String {
    check(&format!("{FRAME}{text}"))
}

#[test]
fn words_that_begin_statements() {
    assert_snapshot!(framed(
        "import std.hardware.{rpi5_8g}       //~ VN0201
let seats: Count = 3                //~ VN0201
variable cups: Count = 3            //~ VN0201
reserve { memory = 10% }            //~ VN0201
builder b {
  group x {                         //~ VN0201
    service kv { memory = 1 GiB }
  }
  service other {
    memory = 1 GiB
    depends_on kv                   //~ VN0201
    decide {
      if preference == custom => prefer default   //~ VN0201
    }
  }
}
requires total(cost) <= 3 EUR/month   //~ VN0201
maximize latency                      //~ VN0201
"
    ));
}

#[test]
fn signs_of_other_languages() {
    assert_snapshot!(framed(
        "hardware half { arch = x86_64; os = linux; cpu = .5 cores; memory = 8 GiB }   //~ VN0101
site tower {
  offer dear : box { cost = $90/month }      //~ VN0101
  device mac[4] : box { role = super }     //~ VN0101
  link { rtt = 1 ms }
}
site store[3] { device till : box { role = edge } }   //~ VN0101
link home -> tower { rtt = 3 ms }          //~ VN0101
builder b {
  node \"n\" { service z { memory = 1 GiB } }   //~ VN0101
  select = [kv]                            //~ VN0201
  service kv = box { memory = 1 GiB }      //~ VN0101
  service quoted { image = “redis”; memory = 1 GiB }   //~ VN0101
  service said { memory is 1 GiB }         //~ VN0101
  decide { when preference == custom -> prefer default }   //~ VN0101
  client c on \"nuc\" { demand = 1 req/s; needs kv }   //~ VN0101
}
emit [compose, json]                       //~ VN0101
"
    ));
}

#[test]
fn comments_of_other_languages() {
    assert_snapshot!(framed(
        "# the tree                           //~ VN0101
-- all of it                         //~ VN0101
/* here */                           //~ VN0101
builder b { service kv { memory = 1 GiB } }
"
    ));
}

#[test]
fn fields_of_other_tools() {
    assert_snapshot!(check(
        "hardware box {
  arch = x86_64; os = linux; cpu = 4 cores; memory = 8 GiB
  cores = 4 cores           //~ VN0201
  ram = 8 GiB               //~ VN0201
  seats = 2                 //~ VN0201
  power = 30 W              //~ VN0201
  cost = 3 EUR/month        //~ VN0201
}
site home {
  device nuc : box * 3 { role = super; available = 3% }   //~ VN0201
  link { latency = 1 ms }   //~ VN0201
}
builder b {
  service kv {
    memory = 1 GiB
    needs = kw              //~ VN0201
    depends_on = [kw]       //~ VN0201
    volumes = \"/data\"     //~ VN0201
    env = \"A=1\"           //~ VN0201
    instances = 3           //~ VN0201
  }
  service kw { memory = 1 GiB; replicas = 2 }
}
"
    ));
}

#[test]
fn names_without_the_word_before_them() {
    assert_snapshot!(framed(
        "builder b {
  service kv { memory = 1 GiB; pin on local }                        //~ VN0202
  service kw { memory = 1 GiB; requires gpu.vram >= 4 GiB }          //~ VN0202
  service kx { memory = 1 GiB; requires devices.memory >= 4 GiB }    //~ VN0202
  client c on nuc[1] { demand = 1/s; needs kv }                                 //~ VN0202
}
emit k8s, docker     //~ VN0202
test \"c\" { given lost(nuc[1]); expect serve(c) == 100% }    //~ VN0202
test \"d\" { given lost(nuc[1]); expect served(cc) == 100% }  //~ VN0202
require max(utilisation.ram) <= 80%    //~ VN0202
"
    ));
}

#[test]
fn kinds_of_accelerators() {
    assert_snapshot!(check(
        "hardware a { arch = x86_64; os = linux; cpu = 4 cores; memory = 8 GiB; gpu { kind = nvidia; vram = 8 GiB } }   //~ VN0202
hardware b { arch = x86_64; os = linux; cpu = 4 cores; memory = 8 GiB; gpu { kind = banana; vram = 8 GiB } }   //~ VN0202
hardware c { arch = x86_64; os = linux; cpu = 4 cores; memory = 8 GiB; gpu { kind = cuda; vram = 8 GiB } }
site home { device x : a { role = super } device y : b { role = super } device z : c { role = super } link { rtt = 1 ms } }
builder t { service kv { memory = 1 GiB; requires device.gpu.kind == cudda } }   //~ VN0202
"
    ));
}

#[test]
fn objectives_and_bounds() {
    assert_snapshot!(framed(
        "builder b { service kv { memory = 1 GiB } }
minimize latency and cost                  //~ VN0302
require total(cost) <= 20                  //~ VN0304
require total(cost) <= -3 EUR/month        //~ VN0305
"
    ));
}

#[test]
fn parts_of_a_policy_as_its_name() {
    assert_snapshot!(framed(
        "policy battery { max_duty = 5% }      //~ VN0201
builder b { service kv { memory = 1 GiB } }
"
    ));
}

#[test]
fn amounts_of_nothing_and_of_too_much() {
    assert_snapshot!(check(
        "hardware box { arch = x86_64; os = linux; cpu = 4 cores; memory = 0 GiB }   //~ VN0305
site home { device nuc : box * 3 { role = super } link { rtt = 1 ms } }
builder b {
  service kv { memory = 1 GiB; capacity = 0 req/s }    //~ VN0305
  client c on nuc[1] { demand = 100000000000000000000000000 req/s; needs kv }   //~ VN0305
}
"
    ));
}

#[test]
fn blanks_that_are_none() {
    assert_snapshot!(framed(
        "builder b {
  service kv { memory\u{a0}= 1 GiB }       //~ VN0101
  service kw { memory = 1 GiB\u{200b} }    //~ VN0101
}
"
    ));
}

#[test]
fn a_port_without_ports() {
    assert_snapshot!(framed(
        "builder b { service kv { memory = 1 GiB; port = 80 } }   //~ VN0306
"
    ));
}
