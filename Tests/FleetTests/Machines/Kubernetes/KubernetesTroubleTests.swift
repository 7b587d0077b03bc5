import Fleet
import Testing

/// What kubectl 1.32.4 says; most of it was printed by one whose server answered so.
struct KubernetesTroubleTests {
    private let place = try? KubernetesPlace("shop/app=stress")

    @Test(
        arguments: [
            (
                "E1129 20:55:33.593060    3867 memcache.go:265] \"Unhandled Error\" err=\"couldn't get current server API group list: the server has asked for the client to provide credentials\"\nerror: You must be logged in to the server (the server has asked for the client to provide credentials)\n",
                nil, "has the token expired"
            ),
            ("error: You must be logged in to the server (Unauthorized)\n", nil, "has the token expired"),
            (
                "Error from server (Forbidden): pods is forbidden: User \"ann\" cannot list resource \"pods\" in API group \"\" in the namespace \"shop\"\n",
                nil, "has no right"
            ),
            (
                "Error from server (Forbidden): pods \"w-0\" is forbidden: User \"ann\" cannot create resource \"pods/exec\" in API group \"\" in the namespace \"shop\"\n",
                1, "`create` on `pods/exec`"
            ),
            ("Error from server (NotFound): pods \"w-0\" not found\n", 1, "the pod w-0 is gone"),
            ("Error from server (BadRequest): container nope is not valid for pod w-0\n", 1, "is not running"),
            (
                "E1129 20:55:33.676404    3879 memcache.go:265] \"Unhandled Error\" err=\"x\"\nThe connection to the server 127.0.0.1:18003 was refused - did you specify the right host or port?\n",
                1, "does not answer (The connection"
            ),
            ("error: error loading config file \"cbad\": couldn't get version/kind\n", 1, "finds no cluster"),
            ("Error in configuration: context was not found for specified context: nosuch\n", 1, "finds no cluster"),
            (
                "OCI runtime exec failed: exec failed: unable to start container process: exec: \"/usr/bin/stress\": stat /usr/bin/stress: no such file or directory: unknown\ncommand terminated with exit code 126\n",
                126, "no /usr/bin/stress in the image"
            ),
            ("command terminated with exit code 137\n", 137, "by force"),
            ("something new\ncommand terminated with exit code 3\n", 3, "kubectl ended with 3: something new"),
        ] as [(String, Int32?, String)])
    func isSaid(_ errors: String, _ code: Int32?, _ words: String) throws {
        let reason = KubernetesTrouble.reason(
            place: try #require(place), pod: code == nil ? nil : "w-0", path: "/usr/bin/stress", exitCode: code,
            errors: errors)
        #expect(reason?.contains(words) == true, "\(reason ?? "nothing")")
    }

    @Test func nothingSaidIsNoReason() throws {
        #expect(
            KubernetesTrouble.reason(
                place: try #require(place), pod: "w-0", path: "/usr/bin/stress", exitCode: 0, errors: "") == nil)
    }
}
