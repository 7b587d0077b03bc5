import Fleet
import Testing

/// What Slurm 22.05.8 says; most of it was printed when these things happened to it.
struct SlurmTroubleTests {
    @Test(arguments: [
        (
            "salloc: error: invalid partition specified: nosuch\nsalloc: error: Job submit/allocate failed: Invalid partition name specified\n",
            "no such partition"
        ),
        (
            "salloc: unrecognized option '--frobnicate'\nTry \"salloc --help\" for more information\n",
            "none of salloc's"
        ),
        ("salloc: error: \"x\" is not a valid node count\n", "none that salloc takes"),
        (
            "salloc: error: Job submit/allocate failed: Requested partition configuration not available now\n",
            "not so many nodes"
        ),
        ("salloc: error: Job submit/allocate failed: Invalid feature specification\n", "no node has such a feature"),
        ("salloc: error: Job submit/allocate failed: Invalid node name specified\n", "no node of such a name"),
        (
            "salloc: Pending job allocation 11\nsalloc: job 11 queued and waiting for resources\nsalloc: Job allocation 11 has been revoked.\n",
            "was cancelled while it waited"
        ),
        (
            "salloc: error: If munged is up, restart with --num-threads=10\nsalloc: error: Munge encode failed: Failed to access \"/run/munge.sock\": No such file or directory (Did you start munged?)\nsalloc: error: slurm_send_node_msg: auth_g_create: REQUEST_RESOURCE_ALLOCATION has authentication error\nsalloc: error: Job submit/allocate failed: Protocol authentication error\n",
            "is munged running"
        ),
        (
            "salloc: error: Job submit/allocate failed: Unable to contact slurm controller (connect failure)\n",
            "controller does not answer"
        ),
        (
            "srun: error: resolve_ctls_from_dns_srv: res_nsearch error: Unknown host\nsrun: fatal: Could not establish a configuration source\n",
            "find no configuration"
        ),
        ("salloc: error: something new\n", "something new"), ("", "without a word"),
    ])
    func refusals(_ errors: String, _ words: String) {
        #expect(SlurmTrouble.refusal(errors).contains(words), "\(SlurmTrouble.refusal(errors))")
    }

    @Test(
        arguments: [
            (
                "srun: Job step aborted: Waiting up to 4 seconds for job step to finish.\nslurmstepd-n1: error: *** STEP 14.5 ON n1 CANCELLED AT 2026-11-29T20:56:20 ***\nsrun: error: n1: task 0: Terminated\n",
                143, "was cancelled"
            ),
            ("srun: error: Node failure on n1\n", 0, "lost the node n1"),
            (
                "slurmstepd-n1: error: *** STEP 14.5 ON n1 CANCELLED AT 2026-11-29T20:56:20 DUE TO NODE FAILURE, SEE SLURMCTLD LOG FOR DETAILS ***\n",
                143, "lost the node n1"
            ),
            (
                "slurmstepd-n1: error: *** STEP 14.5 ON n1 CANCELLED AT 2026-11-29T20:56:20 DUE TO TIME LIMIT ***\n",
                143, "time limit"
            ),
            (
                "srun: error: Slurm job 14 has expired\nsrun: Check SLURM_JOB_ID environment variable. Expired or invalid job 14\n",
                1, "job is over"
            ),
            (
                "srun: error: Unable to confirm allocation for job 99999: Invalid job id specified\nsrun: Check SLURM_JOB_ID environment variable. Expired or invalid job 99999\n",
                1, "job is over"
            ),
            (
                "slurmstepd-n1: error: execve(): /opt/stress: No such file or directory\nsrun: error: n1: task 0: Exited with exit code 2\n",
                2, "/opt/stress is not there on the node n1"
            ),
            (
                "slurmstepd-n1: error: execve(): /opt/stress: Exec format error\nsrun: error: n1: task 0: Exited with exit code 8\n",
                8, "no program for the processors"
            ),
            (
                "/opt/stress: error while loading shared libraries: libhiredis.so.0.14: cannot open shared object file: No such file or directory\nsrun: error: n1: task 0: Exited with exit code 127\n",
                127, "lacks libhiredis.so.0.14"
            ),
            (
                "/opt/stress: /lib/libc.so.6: version `GLIBC_2.38' not found (required by /opt/stress)\n", 1,
                "a newer C library (2.38)"
            ),
            (
                "srun: Job 1 step creation temporarily disabled, retrying (Requested nodes are busy)\n", nil,
                "no free processors"
            ),
            ("srun: error: n1: task 0: Segmentation fault\n", 139, "crash"),
            ("srun: error: n1: task 0: Exited with exit code 70\n", 70, "Exited with exit code 70"),
        ] as [(String, Int32?, String)])
    func ends(_ errors: String, _ code: Int32?, _ words: String) {
        let reason = SlurmTrouble.reason(node: "n1", path: "/opt/stress", exitCode: code, errors: errors)
        #expect(reason?.contains(words) == true, "\(reason ?? "nothing")")
    }

    @Test func nothingSaidIsNoReason() {
        #expect(SlurmTrouble.reason(node: "n1", path: "/opt/stress", exitCode: 0, errors: "") == nil)
    }

    @Test(
        arguments: [
            ("Resources", "enough nodes"), ("Priority", "higher priority"), ("PartitionNodeLimit", "for ever"),
            ("PartitionConfig", "for ever"), ("Licenses", "waits: Licenses"), ("None", "waits for its allocation"),
            (nil, "waits for its allocation"),
        ] as [(String?, String)])
    func whatIsWaitedFor(_ reason: String?, _ words: String) { #expect(SlurmTrouble.pending(reason).contains(words)) }
}
