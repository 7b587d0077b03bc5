import Recordings

/// How logs are read, and logs to start from.
extension FuzzedReader {
    private static let outcomes = "200..299=won, 409=sold-out, 429=conflict, 4*=failed, *=unknown"

    /// The first has one column for all ids.
    static let logMappings: [LogMapFile] =
        [
            LogMapFile(
                from: nil, map: "attempt=id,purchase=id,buyer=id,invoked=t0,returned=t1,outcome=status",
                outcomes: outcomes, filter: nil),
            LogMapFile(
                from: nil,
                map:
                    "attempt=id,purchase=p,buyer=user,invoked=t0_ms|start:epoch,returned=t0_ms|start:epoch+elapsed:ms,outcome=status,remaining=left,unit=unit,quantity=n,number=k",
                outcomes: outcomes, filter: "label=Buy*"),
            LogMapFile(
                from: nil, map: "invoked=a:ns-b:ns,returned=c:ns,outcome=status", outcomes: outcomes, filter: nil),
            LogMapFile(from: nil, map: nil, outcomes: nil, filter: "worker=*"),
        ] + LogTool.allCases.map { LogMapFile(from: $0.rawValue, map: nil, outcomes: outcomes, filter: nil) }

    static let logExamples: [(Int, String)] = [
        (
            0,
            "id,t0,t1,status\na,2026-05-01T12:00:00Z,2026-05-01T12:00:00.250Z,200\nb,2026-05-01 14:00:00+02:00,2026-05-01T12:00:01Z,409\n"
        ),
        (
            0,
            "{\"id\":\"a\",\"t0\":\"2026-05-01T12:00:00Z\",\"t1\":\"2026-05-01T12:00:01Z\",\"status\":200,\"x\":{\"y\":[1]}}\n"
        ),
        (
            1,
            "id;p;user;t0_ms;elapsed;status;left;unit;n;k;label\n a ;o-1;\"x;y\";5;1,5;200;4,0;A1;1;1;Buy 1\nb;o-1;NULL;6;2;409;;;1;2;Buy\n\u{1E}attempt,buyer,unit\na,\"x;y\",A1\n"
        ),
        (
            1,
            "id\tp\tuser\tstart\telapsed\tstatus\tlabel\tleft\tunit\tn\tk\n1\t2\t3\t1777636800123\t7\t200\tBuy\t\\N\t\t\t\n"
        ),
        (2, "a,b,c,status\n50,5,70,200\n8,5,9223372036854775807,503\n"),
        (
            3,
            "attempt,invoked_us,returned_us,outcome,worker\n9007199254740993,1.5,2.25,won,1\nx,3,,unknown,2\n\u{1E}{\"attempt\":\"x\",\"quantity\":1}\n"
        ),
        (
            4,
            "timeStamp,elapsed,label,responseCode,responseMessage\n1777636800123,12,Buy,200,OK\n1777636800125,3,Buy,409,Conflict\n"
        ),
        (
            5,
            "metric_name,timestamp,metric_value,method,name,status\nhttp_req_duration,1777636800,12.5,POST,buy,200\nhttp_reqs,1777636800,1,POST,buy,200\n"
        ),
        (
            5,
            "{\"type\":\"Point\",\"metric\":\"http_req_duration\",\"data\":{\"time\":\"2026-05-01T12:00:00.5Z\",\"value\":12.5,\"tags\":{\"status\":\"200\",\"name\":\"buy\",\"method\":\"POST\"}}}\n{\"type\":\"Metric\",\"metric\":\"x\",\"data\":{}}\n"
        ),
        (6, "timestamp,request_type,name,response_time_ms,status_code\n1777636800.123,POST,/buy,3.5,200\n"),
        (7, "1777636800123456789,200,5000000,10,20,,,a,0\n1777636800123456790,409,6000000,10,20,\"x\",,a,1\n"),
        (
            7,
            "{\"timestamp\":\"2026-05-01T12:00:00.123456789Z\",\"latency\":5000000,\"code\":200,\"url\":\"u\",\"method\":\"POST\"}\n"
        ),
        (8, "request-start,DNS,DNS+dialup,Response-delay,request-duration,bytes,status\n0.001,0,0.1,0.2,0.25,5,200\n"),
        (
            9,
            "{\"resourceSpans\":[{\"scopeSpans\":[{\"spans\":[{\"spanId\":\"ab\",\"name\":\"buy\",\"kind\":3,\"startTimeUnixNano\":\"1777636800123456789\",\"endTimeUnixNano\":\"1777636800123456799\",\"attributes\":[{\"key\":\"http.response.status_code\",\"value\":{\"intValue\":\"200\"}}]}]}]}]}\n"
        ),
        (
            10,
            "attempt=RequestId,invoked=start:epoch,returned=start:epoch+d:us,outcome=s\nok=won,no=sold-out\nRequestId,start,d,s\n\"a\"\"b\",1777636800,5,ok\n"
        ),
        (10, "invoked=a.b:s,returned=a.c:s,outcome=o\n\\n=won,*=failed\n{\"a\":{\"b\":1e-3,\"c\":2},\"o\":null}\n"),
    ]
}
