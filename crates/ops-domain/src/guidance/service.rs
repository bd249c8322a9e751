//! Codes of this service: an operation that RDS did not refuse ended, or was refused before it
//! reached RDS.

use super::{Guidance, Retry};

pub(super) const CODES: &[Guidance] = &[
    Guidance::new(
        "discovery_out_of_time",
        Retry::BackOff,
        "The run of discovery ended before it had read this account and Region.",
        "The next run begins with the accounts that were not read for the longest time. If it \
         stays, the operators of this service should give the worker more time or memory, or \
         fewer Regions.",
    ),
    Guidance::new(
        "discovery_throttled",
        Retry::BackOff,
        "AWS went on asking for slower requests while discovery read this account and Region.",
        "The items of this account and Region were left as they are. The next run tries again. If \
         it stays, look for other programs that describe the databases of the account, and let \
         discovery run less often.",
    ),
    Guidance::new(
        "discovery_unreachable",
        Retry::BackOff,
        "RDS or STS in this Region did not answer discovery.",
        "The items of this account and Region were left as they are. The next run tries again. If \
         it stays, check the name of the Region, and whether the service can reach it: an \
         interface endpoint of a VPC is for one Region.",
    ),
    Guidance::new(
        "discovery_inventory_unavailable",
        Retry::BackOff,
        "The inventory could not be read or written while this account and Region was discovered.",
        "The log of this service has the cause: a missing permission on the inventory table, or a \
         sort key that discovery does not know. What was written before is right.",
    ),
    Guidance::new(
        "discovery_other_account",
        Retry::Never,
        "RDS answered discovery with instances of another account or Region than was asked for.",
        "The items of this account and Region were left as they are. The operators of this \
         service should check `role_name` and `home_account_id`: without a role every account is \
         read with the service's own credentials.",
    ),
    Guidance::new(
        "organization_denied",
        Retry::Never,
        "AWS did not permit this service to list the accounts of the organization.",
        "Discovery goes on with the accounts of the last list. The operators of this service \
         should run it in the management account or in the account of a delegated administrator, \
         and give its role `organizations:ListAccounts`.",
    ),
    Guidance::new(
        "organization_missing",
        Retry::Never,
        "The account of this service belongs to no organization.",
        "Discovery goes on with the accounts of the last list. The operators of this service \
         should name the accounts in the section [discovery] instead, or run the service in the \
         management account of the organization.",
    ),
    Guidance::new(
        "organization_throttled",
        Retry::BackOff,
        "AWS Organizations went on asking for slower requests while its accounts were listed.",
        "Discovery goes on with the accounts of the last list. The next run tries again. If it \
         stays, look for other programs that list the accounts of the organization.",
    ),
    Guidance::new(
        "organization_unreachable",
        Retry::BackOff,
        "AWS Organizations did not answer.",
        "Discovery goes on with the accounts of the last list. The next run tries again. If it \
         stays, check that the service can reach the endpoint of AWS Organizations, which is in \
         one Region for all, such as us-east-1.",
    ),
    Guidance::new(
        "organization_out_of_time",
        Retry::BackOff,
        "The run of discovery ended before it had listed all accounts of the organization.",
        "The next run tries again. If it stays, the operators of this service should give the \
         worker more time.",
    ),
    Guidance::new(
        "outcome_unknown",
        Retry::ResolveFirst,
        "This service does not know whether its request reached RDS, and found no sign that RDS \
         carried it out. To be safe, it did not send the request again.",
        "Before you start a new operation, look at the recent events of the instance and at \
         CloudTrail for the call at that time. If a restart (RDS-EVENT-0006) or another sign of \
         the change shows up, it was carried out; if there is none after some minutes, send a new \
         operation.",
    ),
    Guidance::new(
        "operation_timeout",
        Retry::ResolveFirst,
        "The operation took longer than this service waits for it. RDS has the request, showed no \
         end of it yet, and it was not cancelled.",
        "Do not start it again. Look at the operation later: this service goes on watching and \
         records how it ended. The RDS console shows its progress; large snapshots and crash \
         recovery after a reboot can take hours.",
    ),
    Guidance::new(
        "unverified",
        Retry::ResolveFirst,
        "RDS accepted the operation, and for as long as this service watched, no evidence was \
         found that it was carried out.",
        "Look in the RDS console: for a snapshot or its deletion at the list of snapshots, for a \
         window at the Maintenance and backups tab of the instance, for a stop or a start at its \
         status, for a class or a parameter group at its Configuration tab, for a reboot at its \
         recent events (RDS-EVENT-0006 reports a restart, RDS-EVENT-0049 a finished failover). \
         Events can be missing, so ask the database for its uptime too. Only if nothing shows that \
         it was done, start a new operation.",
    ),
    Guidance::new(
        "snapshot_failed",
        Retry::AfterStateChange,
        "RDS accepted the snapshot, but then could not complete it.",
        "Look at the events of the snapshot and of the instance for the cause; full storage and a \
         KMS key that cannot be used are usual ones. When the instance is available, send the \
         operation again with another snapshot identifier: the failed snapshot keeps its own.",
    ),
    Guidance::new(
        "snapshot_disappeared",
        Retry::ResolveFirst,
        "The snapshot was being created and is not there any more. Somebody deleted it, or RDS \
         gave it up.",
        "Look in CloudTrail for a DeleteDBSnapshot call with its name, and at the events of the \
         snapshot (source type db-snapshot). If nobody deleted it on purpose, send the operation \
         again.",
    ),
    Guidance::new(
        "assume_role_denied",
        Retry::Never,
        "AWS did not let this service assume its role in the account of the instance.",
        "Nothing was changed. The operators of this service should check that the role is there \
         under the configured name, that its trust policy names the present roles of the functions \
         and the configured external id, and that both sides permit sts:SetSourceIdentity and \
         sts:TagSession, or session_attribution is off. CloudTrail of the service's own account \
         has the refused call.",
    ),
    Guidance::new(
        "account_not_allowed",
        Retry::Never,
        "The account is not on this service's list of accounts.",
        "Nothing was sent there. If the service is to work there, ask its operators to add the \
         account to allowed_accounts and to the accounts that the functions' roles may enter, and \
         to set up the role in the account.",
    ),
    Guidance::new(
        "unsupported_engine",
        Retry::Never,
        "This operation is not possible on DB instances of this engine.",
        "Nothing was sent to RDS. Neptune and DocumentDB instances show up in RDS but have \
         consoles of their own, and RDS Custom does not allow this operation through the RDS API. \
         Use their own tools, or ask CloudOps.",
    ),
    Guidance::new(
        "failover_requires_multi_az",
        Retry::Never,
        "A reboot with failover was asked for, but the DB instance is not a Multi-AZ deployment, \
         so it has no standby to fail over to.",
        "Nothing was sent to RDS. Send the operation again with force_failover set to false for a \
         plain reboot, or have the instance converted to Multi-AZ first. The Configuration tab of \
         the instance shows whether it is Multi-AZ.",
    ),
    Guidance::new(
        "failover_abandoned",
        Retry::BackOff,
        "RDS accepted the reboot with failover, then gave the failover up, and no sign of a \
         restart was found.",
        "RDS gives a failover up when the DB instance failed over a short time ago; look at its \
         recent events (RDS-EVENT-0034 gives the reason). Send the operation again after some \
         minutes, or set force_failover to false if a plain reboot is enough.",
    ),
    Guidance::new(
        "wrong_account",
        Retry::Never,
        "The service's credentials lead into another account or Region than the inventory names \
         for this DB instance, which this service does not touch.",
        "Nothing was sent to RDS. Tell the operators of the service: the role of this account, the \
         home account or the inventory's account_id and region is wrong. The live_arn in the \
         answer shows where the credentials lead.",
    ),
    Guidance::new(
        "lease_lost",
        Retry::AfterStateChange,
        "The RDS call could not be made while the operation still held the instance.",
        "Nothing was changed. Look at the operations of this instance: another one may be running. \
         Then send the request again, and tell the operators of the service if it happens often.",
    ),
    Guidance::new(
        "missed_start",
        Retry::AfterStateChange,
        "The operation could not be started in the time that was given for it.",
        "It was not started late. Look at the operations of this instance and at the health of AWS \
         at that time: the instance was busy, or the service could not work. Then send the request \
         again, with more time to start in if the instance is often busy.",
    ),
    Guidance::new(
        "instance_disappeared",
        Retry::Never,
        "The DB instance was there when the operation started and is not there any more. It was \
         deleted or renamed meanwhile.",
        "Look in CloudTrail for a DeleteDBInstance or ModifyDBInstance call with its name. If it \
         was renamed, go on under the new name as soon as the inventory has it. If it was deleted \
         by mistake, look for a final snapshot or a retained automated backup before it expires.",
    ),
    Guidance::new(
        "instance_needs_attention",
        Retry::AfterStateChange,
        "The DB instance went into a status while the operation ran that it does not leave by \
         itself.",
        "Look at the recent events of the instance for the cause and fix it; GET /instances/{id} \
         shows its present status. Send the operation again when the status is available, and call \
         AWS Support if it does not get there.",
    ),
    Guidance::new(
        "parameters_failed_to_apply",
        Retry::AfterStateChange,
        "The DB instance was restarted, but RDS could not apply the static parameters that waited \
         for it.",
        "Look at the recent events of the instance and at the error log of the engine on its Logs \
         and events tab for the parameter that the engine refused. Correct it in the parameter \
         group, wait until the group says pending-reboot, then reboot again.",
    ),
    Guidance::new(
        "reboot_failed",
        Retry::AfterStateChange,
        "RDS accepted the reboot, but the database could not be restarted.",
        "Look at the recent events of the instance (RDS-EVENT-0022 gives the reason) and at the \
         error log of the engine on its Logs and events tab. Static parameters that took effect \
         with this restart are a usual cause: set them back in the parameter group, then reboot \
         again. If the instance stays down, contact AWS Support.",
    ),
];
