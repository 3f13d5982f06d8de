//! What clients ask against what instances answer.

use crate::program;

fn refused(service: &str, demand: u64) -> String {
    let text = format!(
        "hardware box {{ arch = x86_64; os = linux; cpu = 4 cores; memory = 8 GiB }}
site home {{ device nuc : box * 4 {{ role = super }} link {{ rtt = 1 ms; private = true }} }}
builder b {{
  service kv {{
    image = \"kv:1\"; memory = 1 GiB; capacity = 2 req/s; ports {{ main = tcp(6379) }}
    {service}
  }}
  client c on nuc[1] {{ demand = {demand} req/s; needs kv within 30 ms }}
}}
"
    );
    let (_folder, outcome) = program::run(&["plan"], &text);
    assert_eq!(outcome.code, 1, "{}", outcome.stderr);
    outcome.stderr
}

#[test]
fn a_client_that_asks_more_than_one_instance_answers() {
    insta::assert_snapshot!(refused("replicas = 1..4", 7));
}

#[test]
fn no_more_instances_answer_than_there_may_be() {
    insta::assert_snapshot!(refused("replicas = 3", 9));
}
