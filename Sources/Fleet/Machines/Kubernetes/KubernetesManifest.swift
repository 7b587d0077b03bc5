package import FlashSale

/// The pods that `--kubernetes` uses, as a file for `kubectl apply`: an Indexed Job of pods that sleep, and a headless Service that gives
/// each a name.
package struct KubernetesManifest: Sendable {
    package var workers: Int
    package var image: String
    package var namespace: String
    /// Of the Job and of the Service, and the value of the label `app`.
    package var name: String
    /// Of each pod, asked for and at most: `1`, `500m`.
    package var cpu: String
    package var memory: String
    /// After so many seconds a Job that was forgotten ends.
    package var deadlineSeconds: Int

    /// - Throws: ``RunError`` with 64 for what no cluster would take.
    package init(
        workers: Int, image: String, namespace: String, name: String, cpu: String, memory: String, deadlineSeconds: Int
    ) throws(RunError) {
        self.workers = workers
        self.image = image
        self.namespace = namespace
        self.name = name
        self.cpu = cpu
        self.memory = memory
        self.deadlineSeconds = deadlineSeconds
        for (flag, value) in [("--namespace", namespace), ("--name", name)] where !KubernetesPlace.isName(value) {
            throw RunError(
                .usage,
                "\(flag) \(ForeignText.shown(value, limit: 100)): wanted a name of at most 63 small letters, digits and hyphens, such as stress"
            )
        }
        // The name of a pod has the Job's, a hyphen and a number, and is a name in DNS, too.
        guard name.utf8.count <= 57 else {
            throw RunError(
                .usage,
                "--name \(name): wanted at most 57 letters, since names of pods are made of it, found \(name.utf8.count)"
            )
        }
        guard Self.isImage(image) else {
            throw RunError(
                .usage,
                "--image \(ForeignText.shown(image, limit: 200)): wanted the name of an image, such as registry.example/stress-sale:\(Version.current)"
            )
        }
        for (flag, value, example) in [("--cpu", cpu, "2 or 500m"), ("--memory", memory, "512Mi or 1Gi")]
        where !Self.isQuantity(value) {
            throw RunError(
                .usage,
                "\(flag) \(ForeignText.shown(value, limit: 100)): wanted an amount as Kubernetes writes it, such as \(example)"
            )
        }
    }

    private static func isImage(_ text: String) -> Bool {
        let isFit = text.utf8.allSatisfy { byte in
            let character = Character(UnicodeScalar(byte))
            return byte < 128 && (character.isLetter || character.isNumber || "._-/:@".contains(character))
        }
        return isFit && (1...500).contains(text.utf8.count) && text.first.map { $0.isLetter || $0.isNumber } == true
    }

    /// A positive number with one of Kubernetes' suffixes.
    private static func isQuantity(_ text: String) -> Bool {
        let number = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        let suffixes = ["", "m", "k", "M", "G", "T", "Ki", "Mi", "Gi", "Ti"]
        return number.first?.isNumber == true && number.last?.isNumber == true && text.utf8.count <= 20
            && (Double(number) ?? 0) > 0 && suffixes.contains(String(text.dropFirst(number.count)))
    }

    /// The YAML, with comments for whoever reads it.
    package var yaml: String { header + service + "---\n" + job }

    private var header: String {
        """
        # \(workers.counted("pod")) for workers of stress \(Version.current), which sleep until they are deleted. Read it, then:
        #
        #     kubectl apply -f job.yaml
        #     kubectl wait -n \(namespace) -l app=\(name) --for=condition=Ready --timeout=120s pod
        #     stress run --kubernetes \(namespace)/app=\(name) --procs \(workers) --redis redis://HOST:6379
        #     kubectl delete -f job.yaml
        #
        # HOST is what the pods and this machine reach the server by. The context of your kubeconfig needs the rights to list pods in
        # \(namespace), and to create pods/exec there. The image is made by the Containerfile of scripts/package; push it where your
        # cluster pulls from, and name it here.

        """
    }

    private var service: String {
        """
        # Gives each pod a name of its own in DNS: \(name)-0.\(name).\(namespace).svc, and so on. It has no address itself.
        apiVersion: v1
        kind: Service
        metadata:
          name: \(name)
          namespace: \(namespace)
          labels:
            app: \(name)
        spec:
          clusterIP: None
          selector:
            app: \(name)

        """
    }

    private var job: String {
        """
        apiVersion: batch/v1
        kind: Job
        metadata:
          name: \(name)
          namespace: \(namespace)
          labels:
            app: \(name)
        spec:
          # One pod for each worker, all at once, numbered from 0.
          completionMode: Indexed
          completions: \(workers)
          parallelism: \(workers)
          # A pod that is lost is lost: another in its place would not know of the run.
          backoffLimit: 0
          # A Job that somebody forgot ends by itself, and is removed a while later.
          activeDeadlineSeconds: \(deadlineSeconds)
          ttlSecondsAfterFinished: 300
          template:
            metadata:
              labels:
                app: \(name)
            spec:
              restartPolicy: Never
              subdomain: \(name)
              terminationGracePeriodSeconds: 5
              # Workers ask nothing of the cluster.
              automountServiceAccountToken: false
              # As far apart as there are nodes: workers beside each other share processors and a network card.
              topologySpreadConstraints:
                - maxSkew: 1
                  topologyKey: kubernetes.io/hostname
                  whenUnsatisfiable: ScheduleAnyway
                  labelSelector:
                    matchLabels:
                      app: \(name)
              securityContext:
                runAsNonRoot: true
                runAsUser: 1000
                runAsGroup: 1000
                fsGroup: 1000
                seccompProfile:
                  type: RuntimeDefault
              containers:
                - name: stress
                  image: "\(image)"
                  imagePullPolicy: IfNotPresent
                  # Sleeps, and ends at once when it is told to. Workers are started beside it by `kubectl exec`.
                  command: ["/bin/sh", "-c", "trap 'exit 0' TERM; sleep infinity & wait"]
                  # The same amounts asked for and at most, so that no neighbour slows a worker down.
                  resources:
                    requests:
                      cpu: "\(cpu)"
                      memory: "\(memory)"
                    limits:
                      cpu: "\(cpu)"
                      memory: "\(memory)"
                  securityContext:
                    allowPrivilegeEscalation: false
                    readOnlyRootFilesystem: true
                    capabilities:
                      drop: ["ALL"]
                  volumeMounts:
                    # Workers keep their journals there until they are sent.
                    - name: tmp
                      mountPath: /tmp
              volumes:
                - name: tmp
                  emptyDir: {}

        """
    }
}
