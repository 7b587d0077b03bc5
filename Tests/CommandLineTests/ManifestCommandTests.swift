import Foundation
import TestSupport
import Testing

/// `stress manifest`: what it prints is read by others' programs: a YAML parser, and the published schema of Kubernetes.
struct ManifestCommandTests {
    private let sandbox: Sandbox

    init() throws { sandbox = try Sandbox() }

    private static let schema = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("Kubernetes/job-and-service.schema.json").path

    /// Parses the documents, holds each against the schema of its kind, and prints all as JSON.
    private static let reader = """
        import json, sys, yaml, jsonschema
        schema = json.load(open(sys.argv[1]))
        found = {}
        for document in yaml.safe_load_all(sys.stdin):
            name = {"Job": "io.k8s.api.batch.v1.Job", "Service": "io.k8s.api.core.v1.Service"}[document["kind"]]
            kind = dict(schema, **{"$ref": "#/$defs/" + name})
            jsonschema.Draft202012Validator.check_schema(kind)
            errors = list(jsonschema.Draft202012Validator(kind).iter_errors(document))
            if errors: sys.exit("\\n".join(str(list(error.path)) + " " + error.message for error in errors))
            found[document["kind"]] = document
        print(json.dumps(found))
        """

    private func read(_ yaml: String) throws -> Sandbox.Finished {
        let file = try sandbox.folder.file("job.yaml", yaml)
        let program = try sandbox.start(
            program: "/bin/sh",
            ["-c", "exec /usr/bin/python3 -c \"$1\" \"$2\" < \"$3\"", "sh", Self.reader, Self.schema, file])
        let ending = program.wait()
        return .init(exitCode: ending?.exitCode, output: program.output, errors: program.errors)
    }

    @Test func aClusterWouldTakeIt() throws {
        let end = try sandbox.stress([
            "manifest", "--workers", "20", "--image", "registry.example:5000/shop/stress-sale:1.2@sha256:0123",
            "--namespace", "shop",
            "--name", "sale", "--cpu", "1500m", "--memory", "1.5Gi", "--deadline", "30m",
        ])
        #expect(end.exitCode == 0 && end.errors.isEmpty, "\(end.errors)")
        let read = try read(end.output)
        #expect(read.exitCode == 0, "\(read.errors)")
        let documents = try JSON(Data(read.output.utf8))
        let (job, service) = (documents["Job"], documents["Service"])
        #expect(job["apiVersion"].text == "batch/v1" && service["apiVersion"].text == "v1")
        for document in [job, service] {
            #expect(document["metadata"]["name"].text == "sale" && document["metadata"]["namespace"].text == "shop")
        }
        #expect(service["spec"]["clusterIP"].text == "None")
        let spec = job["spec"]
        #expect(spec["completionMode"].text == "Indexed" && spec["backoffLimit"].number == 0)
        #expect(spec["completions"].number == 20 && spec["parallelism"].number == 20)
        #expect(spec["activeDeadlineSeconds"].number == 1800 && spec["ttlSecondsAfterFinished"].number == 300)
        let pod = spec["template"]["spec"]
        // The label is what --kubernetes and the Service find the pods by, and the Service what gives them their names.
        #expect(
            spec["template"]["metadata"]["labels"]["app"].text == "sale"
                && service["spec"]["selector"]["app"].text == "sale")
        #expect(pod["subdomain"].text == "sale" && pod["restartPolicy"].text == "Never")
        #expect(pod["securityContext"]["runAsNonRoot"].isTrue == true)
        #expect(pod["securityContext"]["seccompProfile"]["type"].text == "RuntimeDefault")
        let container = pod["containers"][0]
        #expect(container["name"].text == "stress")
        #expect(container["image"].text == "registry.example:5000/shop/stress-sale:1.2@sha256:0123")
        #expect(container["securityContext"]["readOnlyRootFilesystem"].isTrue == true)
        #expect(container["resources"]["requests"] == container["resources"]["limits"])
        #expect(container["resources"]["limits"]["cpu"].text == "1500m")
        #expect(container["volumeMounts"][0]["mountPath"].text == "/tmp")
        #expect(end.output.contains("stress run --kubernetes shop/app=sale --procs 20 "))
    }

    /// The program that sleeps does sleep, and ends at once when it is told to, as the first process of a pod and of others.
    @Test func itsPodsSleepAndEnd() throws {
        let end = try sandbox.stress(["manifest", "--workers", "1"])
        let documents = try JSON(Data(try read(end.output).output.utf8))
        let words = documents["Job"]["spec"]["template"]["spec"]["containers"][0]["command"].list.compactMap(\.text)
        try #require(words.count == 3)
        let program = try sandbox.start(program: words[0], Array(words.dropFirst()))
        #expect(TestProcess.eventually { TestProcess.children(of: program.process).count == 1 })
        let sleepers = TestProcess.children(of: program.process)
        program.signal(SIGTERM)
        #expect(program.wait(seconds: 5) == .init(exitCode: 0))
        for sleeper in sleepers { kill(sleeper, SIGKILL) }
    }

    /// The schema is strict: what is misspelt or of another type is found.
    @Test(arguments: [
        ("parallelism: 3", "paralelism: 3"), ("backoffLimit: 0", "backoffLimit: none"),
        ("clusterIP: None", "clusterIp: None"),
    ])
    func theSchemaFindsMistakes(_ right: String, _ wrong: String) throws {
        let end = try sandbox.stress(["manifest", "--workers", "3"])
        #expect(end.output.contains(right))
        #expect(try read(end.output.replacingOccurrences(of: right, with: wrong)).exitCode == 1)
    }

    @Test(arguments: [
        ["--workers", "0"], ["--workers", "1", "--image", "a b"], ["--workers", "1", "--image", "a\"b"],
        ["--workers", "1", "--image", "-a"],
        ["--workers", "1", "--namespace", "Shop"], ["--workers", "1", "--name", "-x"],
        ["--workers", "1", "--name", "a/b"],
        ["--workers", "1", "--cpu", "much"], ["--workers", "1", "--memory", "0Mi"],
        ["--workers", "1", "--memory", "1GiB"],
        ["--workers", "1", "--deadline", "never"], [],
    ])
    func mistakesAreRefused(_ arguments: [String]) throws {
        let end = try sandbox.stress(["manifest"] + arguments)
        #expect(end.exitCode == 64 && end.output.isEmpty && !end.errors.isEmpty, "\(end.errors)")
    }
}
