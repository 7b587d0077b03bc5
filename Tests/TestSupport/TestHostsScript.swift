/// What makes the machines of ``TestHosts``, and ends them.
enum TestHostsScript {
    /// The guard: `$0` is ``machine``, `$1` the clock of each machine, `$2` whether there is a Redis, `$3` the file for the answer.
    /// It ends with its input.
    static let guardian = """
        trap '' INT TERM HUP QUIT PIPE
        umask 022
        machine=$0 clocks=$1 redis=$2 answer=$3
        exec > "$answer.log" 2>&1
        \(taking)
        \(making)
        sweep
        if take && make; then
            echo "ready $network $folder" > "$answer"
        else
            echo failed > "$answer"
        fi
        while read -r line; do :; done
        [ -n "$folder" ] || exit 0
        kill -KILL $started 2> /dev/null
        wait
        remove && rm -f "$folder.lock"
        """

    /// A network that nobody has, under a lock that is free again when the guard is gone, and what others left behind.
    private static let taking = """
        # Puts the lock of the network $1 on descriptor 9, if it is free.
        lock() {
            exec 9> "/tmp/stress-hosts-$1.lock" && flock -n 9 && [ "/proc/$$/fd/9" -ef "/tmp/stress-hosts-$1.lock" ]
        }
        remove() {
            # The kernel removes a machine's own end some time after its last process.
            for link in /sys/class/net/st${network}h* /sys/class/net/st${network}b; do
                [ -e "$link" ] && ip link delete "${link##*/}"
            done
            rm -rf "$folder"
        }
        sweep() {
            for old in /tmp/stress-hosts-*.lock; do
                network=${old#/tmp/stress-hosts-} network=${network%.lock} folder=${old%.lock}
                case $network in *[!0-9.]* | '') continue ;; esac
                lock "$network" && remove && rm -f "$old"
                exec 9>&-
            done
            folder=
        }
        # RFC 2544 keeps 198.18.0.0/15 for tests of networks; nobody routes it, but for some proxies of their user's own.
        take() {
            number=$(($$ % 250))
            for try in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
                for base in 198.18 198.19 10.213; do
                    network=$base.$number folder=/tmp/stress-hosts-$base.$number
                    others=$(ip -4 route show table all match "$network.0/24" | grep -v '^default'
                        ip -4 route show table all root "$network.0/24")
                    if [ -z "$others" ] && lock "$network"; then
                        remove
                        mkdir "$folder" && return 0
                    fi
                done
                number=$(((number + 1) % 250))
            done
            folder=
            return 1
        }
        """

    /// Keys, configurations, the bridge, and the machines.
    private static let making = """
        make() {
            cd "$folder" && ssh-keygen -q -t ed25519 -N '' -C tests -f id || return 1
            printf '%s\\n' 'Host *' "IdentityFile $folder/id" 'IdentitiesOnly yes' 'User root' \\
                "UserKnownHostsFile $folder/known_hosts" 'GlobalKnownHostsFile /dev/null' > ssh_config
            printf '%s\\n' 'Port 22' 'HostKey /run/sshd/key' 'AuthorizedKeysFile /run/sshd/authorized_keys' 'UsePAM no' \\
                'StrictModes no' 'PermitRootLogin yes' 'PasswordAuthentication no' 'PidFile /run/sshd.pid' > sshd_config
            sed 's|^root:.*|root:x:0:0:root:/run/home:/bin/sh|' /etc/passwd > passwd
            printf '%s\\n' 'shop:x:4711:4711::/run/shop:/bin/sh' 'noshell:x:4712:4712::/run/shop:/usr/sbin/nologin' >> passwd
            { sed 's|^root:.*|root:*:19000:0:99999:7:::|' /etc/shadow
              printf '%s:*:19000:0:99999:7:::\\n' shop noshell; } > shadow
            chmod 600 shadow
            number=0 started=
            for clock in $clocks; do
                number=$((number + 1)) here=$folder/h$((number))
                mkdir -p "$here/tmp" "$here/run/sshd" "$here/run/home" "$here/run/shop" && chmod 1777 "$here/tmp" || return 1
                chown 4711:4711 "$here/run/shop"
                ssh-keygen -q -t ed25519 -N '' -C tests -f "$here/run/sshd/key" || return 1
                cp id.pub "$here/run/sshd/authorized_keys" && cp sshd_config "$here/run/sshd/config" || return 1
                echo "$network.$number $(cut -d ' ' -f 1,2 "$here/run/sshd/key.pub")" >> known_hosts
                setpriv --pdeathsig KILL unshare --net --mount --pid --uts --ipc --time --monotonic "$clock" --fork \\
                    --kill-child=KILL --mount-proc /bin/sh -c "$machine" "$folder" "$number" "$network" \\
                    < /dev/null > "$here/log" 2>&1 9>&- &
                echo $! > "$here/starter"
                started="$started $!"
            done
            connect && serve
        }
        connect() {
            { echo "link add st${network}b type bridge"; echo "addr add $network.254/24 dev st${network}b"
              echo "link set st${network}b up"; } | ip -batch - || return 1
            number=0
            for starter in $started; do
                number=$((number + 1))
                wait_for "$folder/h$number/up" "$starter" || return 1
                { echo "link add st${network}h$number type veth peer name eth0 netns $starter"
                  echo "link set st${network}h$number master st${network}b up"; } | ip -batch - || return 1
                : > "$folder/h$number/go"
            done
            number=0
            for starter in $started; do
                number=$((number + 1))
                wait_for "$folder/h$number/run/sshd.pid" "$starter" || return 1
            done
        }
        # Waits for the file $1, for ten seconds or as long as the process $2 lives.
        wait_for() {
            tries=0
            until [ -e "$1" ]; do
                tries=$((tries + 1))
                if [ "$tries" -gt 2000 ] || ! kill -0 "$2"; then
                    cat "$folder"/h*/log "$folder"/h*/run/sshd/log
                    return 1
                fi
                sleep 0.005
            done
        }
        serve() {
            [ "$redis" = yes ] || return 0
            server=$(command -v redis-server || command -v valkey-server) || return 1
            setpriv --pdeathsig KILL "$server" --bind "$network.254" --port 7379 --protected-mode no --save '' --appendonly no \\
                --dir "$folder" --logfile "$folder/redis.log" < /dev/null 9>&- &
            started="$started $!"
            tries=0
            until grep -q 'Ready to accept' "$folder/redis.log"; do
                tries=$((tries + 1))
                [ "$tries" -le 1000 ] && kill -0 $! || return 1
                sleep 0.01
            done 2> /dev/null
        }
        """

    /// A machine's first process, which becomes its sshd. `$0` is the folder of all, `$1` the machine's number, `$2` the network.
    static let machine = """
        here=$0/h$1
        : > "$here/up"
        until [ -e "$here/go" ]; do sleep 0.005; done
        hostname "host$1"
        { echo 'link set lo up'; echo "addr add $2.$1/24 dev eth0"; echo 'link set eth0 up'; } | ip -batch - || exit 1
        mount --bind "$0/passwd" /etc/passwd && mount --bind "$0/shadow" /etc/shadow || exit 1
        mount --bind "$here/run" /run || exit 1
        # Last, since all of this is below it.
        mount --bind "$here/tmp" /tmp || exit 1
        cd /
        exec "$(command -v sshd)" -D -E /run/sshd/log -f /run/sshd/config
        """
}
