//! The adapters against two AWS emulators, by the promises of their ports.
//!
//! `source scripts/emulators.sh` starts the emulators and sets the two variables; without them the
//! tests fail.
//!
//! Where the emulators differ from AWS: ministack passes over the filters of snapshots and answers
//! with every snapshot, does not show whom a snapshot of an instance is shared with, attaches a
//! parameter group that does not exist, takes no snapshot at a stop, accepts a stop of what is
//! stopped and a start of what runs, and lists all accounts of an organization on one page; moto
//! lists the classes that can be ordered for `aurora-postgresql` alone, passes over the class that
//! is asked for there, writes no event of a restart, gives one account id to all keys that it did
//! not make itself, answers a `ModifyDBCluster` of a cluster that does not exist with an error of
//! its own (500), breaks at a comparison of a number with a text, which for DynamoDB does not hold,
//! and does not isolate transactions, for which `scripts/moto_server.py` makes up. Neither writes
//! an event of a cluster's failover, which is over at once.

mod boto3;
mod discovery;
mod newer;
mod notices;
mod shared_settings;
mod storm;
mod tables;
mod taken_over;
mod trail;
mod world;

use ops_testkit::contract::Stores;
use trail::Trail;
use world::{Emulator, Shelf, Stage};

async fn stores(emulator: &Emulator) -> Stores {
    emulator.stores().await.0
}

ops_testkit::store_contract!(store_on_ministack, stores(&Emulator::ministack()));
ops_testkit::store_contract!(store_on_moto, stores(&Emulator::moto()));
ops_testkit::audit_contract!(audit_on_ministack, stores(&Emulator::ministack()));
ops_testkit::audit_contract!(audit_on_moto, stores(&Emulator::moto()));
ops_testkit::figures_contract!(figures_on_ministack, stores(&Emulator::ministack()));
ops_testkit::figures_contract!(figures_on_moto, stores(&Emulator::moto()));
ops_testkit::tampering_contract!(tampering_on_ministack, Trail::on(&Emulator::ministack()));
ops_testkit::tampering_contract!(tampering_on_moto, Trail::on(&Emulator::moto()));
ops_testkit::original_contract!(originals_on_ministack, Trail::on(&Emulator::ministack()));
ops_testkit::original_contract!(originals_on_moto, Trail::on(&Emulator::moto()));
ops_testkit::inventory_contract!(inventory_on_ministack, Shelf::on(&Emulator::ministack()));
ops_testkit::inventory_contract!(inventory_on_moto, Shelf::on(&Emulator::moto()));
ops_testkit::discovery_contract!(
    discovery_on_ministack,
    Shelf::for_discovery(&Emulator::ministack(), false)
);
ops_testkit::discovery_contract!(discovery_on_moto, Shelf::for_discovery(&Emulator::moto(), false));
ops_testkit::discovery_contract!(
    discovery_with_a_sort_key_on_ministack,
    Shelf::for_discovery(&Emulator::ministack(), true)
);
ops_testkit::discovery_contract!(
    discovery_with_a_sort_key_on_moto,
    Shelf::for_discovery(&Emulator::moto(), true)
);
ops_testkit::rds_contract!(rds_on_ministack, Stage::abroad(&Emulator::ministack()));
ops_testkit::rds_contract!(rds_on_moto, Stage::abroad(&Emulator::moto()));
ops_testkit::rds_contract!(rds_at_home_on_ministack, Stage::at_home(&Emulator::ministack()));
ops_testkit::rds_cluster_contract!(clusters_on_ministack, Stage::abroad(&Emulator::ministack()));
ops_testkit::rds_cluster_contract!(clusters_on_moto, Stage::abroad(&Emulator::moto()));
