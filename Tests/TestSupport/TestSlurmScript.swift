/// The guard of a ``TestSlurm``.
enum TestSlurmScript {
    /// `$0` is the folder; then come the number of nodes, the processors of each, and a folder that the last one does not have.
    static let text = #"""
        folder=$0 count=$1 cpus=$2 hidden=$3
        trap '' INT TERM HUP QUIT
        umask 022
        mkdir "$folder" && cd "$folder" || exit 1
        exec > "$folder/log" 2>&1
        echo $$ > guard
        me=$(id -un)
        host=$(hostname -s)
        export SLURM_CONF="$folder/slurm.conf"

        begin() {
            name=$1
            shift
            "$@" > "$folder/$name.out" 2>&1 < /dev/null &
            echo $! > "$folder/$name.process"
        }

        configure() {
            set -- $(python3 -c '
        import socket, sys
        found = [socket.socket() for _ in range(int(sys.argv[1]) + 1)]
        for one in found: one.bind(("127.0.0.1", 0))
        print(*[one.getsockname()[1] for one in found])' "$count")
            cat > slurm.conf << END
        ClusterName=tests
        SlurmctldHost=$host(127.0.0.1)
        SlurmctldPort=$1
        SlurmUser=$me
        SlurmdUser=$me
        AuthType=auth/munge
        CredType=cred/munge
        AuthInfo=socket=$folder/munge.socket
        StateSaveLocation=$folder/state
        SlurmdSpoolDir=$folder/spool-%n
        SlurmctldPidFile=$folder/ctl.pid
        SlurmdPidFile=$folder/%n.pid
        SlurmctldLogFile=$folder/ctl.log
        SlurmdLogFile=$folder/%n.log
        ProctrackType=proctrack/linuxproc
        TaskPlugin=task/none
        SwitchType=switch/none
        MpiDefault=none
        MailProg=/bin/true
        SelectType=select/cons_tres
        SelectTypeParameters=CR_CPU_Memory
        DefMemPerNode=100
        SlurmdParameters=config_overrides
        ReturnToService=2
        InactiveLimit=0
        KillWait=2
        MinJobAge=2
        SlurmctldTimeout=10
        SlurmdTimeout=5
        SchedulerParameters=sched_interval=1,batch_sched_delay=0
        JobCompType=jobcomp/none
        AccountingStorageType=accounting_storage/none
        JobAcctGatherType=jobacct_gather/none
        END
            i=1
            shift
            for port in "$@"; do
                echo "NodeName=n$i NodeHostname=$host NodeAddr=127.0.0.1 Port=$port CPUs=$cpus RealMemory=1000 State=UNKNOWN" >> slurm.conf
                i=$((i + 1))
            done
            echo "PartitionName=main Nodes=n[1-$count] Default=YES MaxTime=INFINITE State=UP" >> slurm.conf
        }

        begin_all() {
            mkdir state || return 1
            head -c 128 /dev/urandom > key && chmod 600 key || return 1
            begin munge munged --foreground --force --key-file="$folder/key" --socket="$folder/munge.socket" \
                --log-file="$folder/munged.log" --pid-file="$folder/munged.pid" --seed-file="$folder/munged.seed" --num-threads=4
            for i in $(seq 100); do [ -S munge.socket ] && break; sleep 0.02; done
            configure
            begin controller slurmctld -D -i
            for i in $(seq "$count"); do
                mkdir "spool-n$i"
                if [ -n "$hidden" ] && [ "$i" = "$count" ]; then
                    begin "n$i" unshare --mount --propagation private sh -c \
                        'mount -t tmpfs none "$0" && exec slurmd -D -N "$1"' "$hidden" "n$i"
                else
                    begin "n$i" slurmd -D -N "n$i"
                fi
            done
            for i in $(seq 300); do
                [ "$(sinfo --noheader --format='%D %t' 2> /dev/null)" = "$count idle" ] && return 0
                sleep 0.1
            done
            return 1
        }

        # Whoever has our configuration in the environment came from here, but for this shell and what it runs just now.
        kill_all() {
            for i in $(seq 50); do
                left=
                for environ in /proc/[0-9]*/environ; do
                    process=${environ#/proc/}
                    process=${process%/environ}
                    [ "$process" = $$ ] && continue
                    grep -q "SLURM_CONF=$folder/slurm.conf" "$environ" 2> /dev/null || continue
                    [ "$(sed -n 's/^PPid:[[:space:]]*//p' "/proc/$process/status" 2> /dev/null)" = $$ ] \
                        && ! grep -qE "^(slurm|munge)" "/proc/$process/comm" 2> /dev/null && continue
                    kill -KILL "$process" 2> /dev/null && left=yes
                done
                [ -z "$left" ] && return
                sleep 0.02
            done
        }

        if begin_all; then touch ready; else touch failed; fi
        read -r line
        kill_all
        kill -KILL $(cat munge.process) 2> /dev/null
        cd / && rm -rf "$folder"
        """#
}
