internal import Alerts
internal import Configuration

/// What `nightjar help` prints.
enum Help {
    static let version = "0.1.0"
    private static let surveys = Survey.all.map(\.name).joined(separator: "|")

    static func print(_ verb: String?) throws {
        guard let verb, verb != "help" else { return try say(overview) }
        guard let text = verbs[verb] else {
            throw UsageError("no help on '\(verb)'" + Suggestion.text(for: verb, among: verbs.keys.sorted()))
        }
        try say(text)
    }

    static func has(_ verb: String) -> Bool { verbs[verb] != nil }

    private static func say(_ text: String) throws {
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) { try Terminal.say(String(line)) }
    }

    private static let overview = """
        nightjar: takes the alert packets of a sky survey (ZTF, LSST), archives them, puts them in tables, filters
        them, fits the supernovae, and publishes the results as streams.

          nightjar run SOURCE... --data DIR        take packets through every stage; a report at the end
          nightjar simulate --alerts N --seed S --out FILE.tar.gz
                                                   a synthetic ZTF night with known truth
          nightjar object NAME --data DIR          an object: light curve, alerts, fits
          nightjar alert ID|NAME --data DIR        one alert back from the archive; of an object its newest
          nightjar topic NAME --data DIR           a stream's messages as JSON Lines
          nightjar cone RA DEC RADIUS --data DIR   the alerts around a place in the sky
          nightjar ledger --data DIR [--data DIR...]
                                                   what became of every packet, by night and source
          nightjar kafka check kafka://HOST:PORT/[TOPIC]
                                                   what works between here and a stream, and what is wrong
          nightjar kafka ready kafka://HOST:PORT/TOPIC [--wait]
                                                   whether a topic is there and has messages
          nightjar config check|show FILE          a file that says what the options say
          nightjar dead-letters list|show|replay --data DIR
                                                   packets that could not be used, and why
          nightjar avro cat|schema|correct FILE    look into any Avro container
          nightjar salt2 fit|flux [FILE]           fits light curves, or computes band fluxes, from JSON Lines
          nightjar salt2 plot ID|NAME --data DIR --out FILE.png
                                                   an alert's light curve with its fit
          nightjar consume kafka://HOST:PORT/TOPIC --to pubsub://PROJECT/TOPIC
                                                   a survey's stream to Pub/Sub
          nightjar stage archive|table|filter|salt2 --from pubsub://PROJECT/SUBSCRIPTION --to ADDRESS
                                                   one stage by itself, between Google Cloud's services
          nightjar setup|teardown --project PROJECT
                                                   what the broker needs on Google Cloud, and its end
          nightjar backfill gs://BUCKET --to bigquery://PROJECT/DATASET
                                                   the archive's alerts into the tables
          nightjar sql QUERY --bigquery PROJECT    asks BigQuery, and prints JSON Lines
          nightjar --version

        What only reads takes --data several times, and reads the folders as one: workers of a group have one each.
        'nightjar help COMMAND' tells more. Exit status: 0 done, 1 the work failed, 2 wrong usage.
        """

    private static let verbs = [
        "run": """
        nightjar run SOURCE... --data DIR [options]

        Takes every packet of the sources, in order, through archive, tables, filter, SALT2 fit and streams, to
        their end.
        The same source twice changes nothing; after a crash, give the same command again.

        SOURCE   an .avro file; a folder of them, searched below; a .tar or .tar.gz as in ZTF's public archive;
                 '-' for such a tar on standard input; an https:// address of one;
                 kafka://HOST:PORT/TOPIC, a survey's stream ('nightjar help kafka');
                 pubsub://PROJECT/SUBSCRIPTION, one that 'nightjar consume' made
        --data DIR            where everything goes: nightjar.db, archive/, topics/, dead-letter/; made if missing
        --json                the report as one JSON object on standard output
        --schemas DIR         .avsc files for Confluent-framed packets (LSST's lsst.vM_N.*.avsc, searched below)
        --schema-registry URL a Confluent schema registry to ask for the others
        --pure                also demand the purity cut (rb >= 0.65, nbad = 0, fwhm <= 5, elong <= 1.2,
                              |magdiff| <= 0.1) of what goes to the stream
        --quiet               no progress
        --models DIR          SALT2 models and bandpasses, as scripts/fetch-models brings them (models)
        --model NAME          the model to fit (salt2-k21-frag)
        --redshifts FILE.csv  known redshifts: columns objectId and z, or ra, dec and z (degrees, within 2 arcsec)
        --dust-map DIR        the SFD maps SFD_dust_4096_ngp.fits and _sgp.fits, for the dust of our galaxy
        --no-plots            fits without pictures
        --no-fits             no supernova is fitted

        Of a stream:
        --until-end, --follow to the end that it has now (so unless said otherwise), or on until stopped
        --until-idle SECONDS  of a subscription: to where no message came for so long (10)
        --group NAME          the group whose workers share it (nightjar)
        --start WHERE         committed, earliest, an offset, or a time as 2024-09-15T03:00:00Z
        --publish kafka://HOST:PORT/   the products go to Kafka topics too, each exactly once
        --kafka-property NAME=VALUE, --kafka-properties FILE, --krb5-conf FILE, --night DATE
                              how the servers are reached, and which night is meant ('nightjar help kafka')
        --config FILE         what FILE says of all these, and of the sources, where the command line says nothing
                              ('nightjar help config'); --no-NAME puts off what --NAME puts on, and --plots and
                              --fits what the file has put off

        A packet that cannot be used goes to the dead letters with the reason and stops nothing.
        """,
        "simulate": """
        nightjar simulate --alerts N --seed S --out FILE.tar.gz [--night DATE] [--truth FILE.csv]

        Writes a ZTF night of schema 4.02: variable stars, asteroids, bogus detections, active galaxies and
        supernovae, with histories and images. The same words give the same bytes. The truth table says what each
        alert is. DATE is YYYYMMDD or YYYY-MM-DD; where none is said, the date in FILE's name, else 20240915.
        """,
        "avro": """
        nightjar avro cat FILE       the records as JSON Lines; bytes in base64, ids and numbers beyond 2^53 as strings
        nightjar avro schema FILE    the writer's schema
        nightjar avro correct FILE   the schema as strict readers accept it, as the archive writes it

        FILE may be '-'.
        """,
        "alert": """
        nightjar alert ID|NAME --data DIR [--data DIR...] [--avro FILE] [--original] [--json]

        Says what is known of one alert. ID is ZTF's candid or LSST's diaSourceId; ZTF's first ones are negative. NAME is an
        object's, ZTF's objectId or LSST's diaObjectId: then it is the object's newest alert.
        --avro FILE   writes it as an Avro container with the corrected schema
        --original    writes it to that FILE just as it was received
        --json        prints the record as one JSON object; ids and numbers beyond 2^53 as strings
        """,
        "object": """
        nightjar object NAME --data DIR [--data DIR...] [--json]

        Says what is known of an object: its place, its alerts with the filter's verdict, its light curve (detections,
        forced photometry and upper limits, by time), and its SALT2 fits, the newest alert's first. NAME is ZTF's objectId
        or LSST's diaObjectId, or the ssObjectId of what belongs to the solar system.
        Times are MJD in the survey's own scale, which is said. Forced fluxes are in nJy. An upper limit is ZTF's limiting
        magnitude at 5 sigma, or one sigma of LSST's noise in nJy.
        Exit status: 1 where no folder has an alert of it.
        --json        one JSON object; ids as strings, times in TAI too (mjd_tai), fits with all columns of their table

          nightjar object ZTF24aaaaaaa --data night
          nightjar object ZTF24aaaaaaa --data worker-1 --data worker-2 --json | jq .fits[0].quality
        """,
        "topic": """
        nightjar topic NAME --data DIR [--data DIR...] [--follow] [--from N] [--limit N] [--subscriber NAME]
                       [--no-cutouts]

        Prints a stream's messages as JSON Lines: ztf_alert_data, ztf_alert_avro_bucket, ztf_exgalac_trans, ztf_salt2, and
        the same of every survey. Ids and numbers beyond 2^53 are strings. Without NAME it lists the streams. Several folders
        come one after the other, as they are named.
        --follow            waits for more, until interrupted
        --from N            starts at offset N of the one folder instead of the beginning
        --subscriber NAME   starts where NAME last stopped in each folder, and remembers where this call stops
        --limit N           stops after N messages
        --no-cutouts        leaves the images out
        """,
        "cone": """
        nightjar cone RA DEC RADIUS --data DIR [--data DIR...] [--survey \(surveys)] [--json | --csv]

        Lists the alerts within RADIUS arcsec of a place (ICRS), nearest first. RA and DEC are degrees, or sexagesimal:
        hours 10:00:00.5 or 10h00m00.5s, and degrees +20:00:00 or 20d00m00s. Times are MJD in TAI for every survey:
        ZTF's of the start of the exposure, which it gives in UTC, LSST's of its middle.
        --json        one array of objects; ids as strings, since many readers of JSON round long numbers
        --csv         comma-separated values under a line of names
        """,
        "salt2": """
        nightjar salt2 fit [FILE] [--models DIR]    fits light curves, a line of JSON each
        nightjar salt2 flux [FILE] [--models DIR]   the band fluxes of given parameters

        Without FILE the lines come on standard input. A light curve is {"id", "mjd": [...], "band": ["ztfg", ...],
        "flux": [...], "fluxerr": [...], "zp": [...]}; "z" fixes the redshift, "bounds": {"z": [lo, hi], ...} bounds
        it, "mwebv" and "dust" ("f99", "ccm89") give our galaxy's dust, "modelcov": true uses the model's errors.
        A line that cannot be used is answered with an "error" and the rest go on.

        nightjar salt2 refit --data DIR             fits the alerts that came while the models were missing
        nightjar salt2 plot ID|NAME --data DIR [--data DIR...] --out FILE.png|.svg|.pdf [--width PIXELS]
                                                    the light curve of an archived alert, or of the newest of the
                                                    object NAME, fitted and drawn
        Both take the options of 'run': --models, --model, --redshifts, --dust-map.
        """,
        "ledger": """
        nightjar ledger --data DIR [--data DIR...] [--json]

        What became of every packet, by night, source and partition. received = duplicates + stored + dead-lettered.
        Several folders, those of workers that shared a night, make one account with its totals. It says where their
        offsets overlap or leave a gap, and which alerts are in several folders, and ends with status 1 where the
        account does not add up, as when packets or alerts count twice.
        """,
        "kafka": """
        nightjar kafka check kafka://HOST:PORT[,HOST:PORT]/[TOPIC] [options]
        nightjar kafka ready kafka://HOST:PORT[,HOST:PORT]/TOPIC [--wait [SECONDS]] [--json] [options]

        'check' goes the way to a stream step by step, name, port, TLS, authentication, topic, and says in plain
        words what works and what is wrong. Exit status: 0 nothing is wrong, 1 something is. A topic that is not
        there yet is not wrong.
        'ready' ends with 0 when the topic is there and has messages, else with 1 and the reason. --wait waits for
        it, also for a server that is not up yet; a line for each change.

        TOPIC    a name; a ^pattern; either with the night's date, as in ztf_{yyyyMMdd}_programid1
        --night DATE          the date to put in, YYYYMMDD or YYYY-MM-DD, in place of today's in UTC
        --kafka-property NAME=VALUE, --kafka-properties FILE
                              any property of librdkafka; a VALUE may be ${file:PATH} or ${env:NAME}
        --krb5-conf FILE      Kerberos' krb5.conf, where it is not the system's
        --config FILE         what FILE says of these; its stream, too, where none is named, or TOPIC alone is

        docs/kafka.md has what ZTF and Rubin ask for.
        """,
        "config": """
        nightjar config check FILE            says all that is wrong with a configuration, by line
        nightjar config show [FILE] [options] prints what holds with it, as JSON, secrets hidden

        FILE is JSON5. Each key is an option of 'run' in other spelling: "schemaRegistry" for --schema-registry,
        "plots": false for --no-plots, "sources" for the SOURCEs; what concerns Kafka stands in "kafka". Every
        command that takes such options takes --config FILE, and its own words come first. A property's value may
        be { file: "/path" } or { env: "NAME" }: it is looked up at the start and never printed.
        docs/configuration.md has a whole example.
        """,
        "consume": """
        nightjar consume kafka://HOST:PORT/TOPIC --to pubsub://PROJECT/TOPIC [options]

        Publishes each message of a survey's topic, bytes unchanged, with its place on Kafka and what the alert is
        known by as attributes. At least once: the group's offsets are committed after Pub/Sub has the messages.
        --dead-letters pubsub://PROJECT/TOPIC
                              where goes what Pub/Sub refuses, as more than 10 MB (cut to 9 MB, with the reason);
                              without it such a message ends the command
        --until-end, --follow to the end that it has now (so unless said otherwise), or on until stopped
        --group, --start, --night, --kafka-property, --kafka-properties, --krb5-conf, --schemas, --schema-registry
                              as of 'run'
        --json, --quiet, --config FILE|gs://BUCKET/FILE
        """,
        "stage": """
        nightjar stage archive --to gs://BUCKET
        nightjar stage table   --to bigquery://PROJECT/DATASET [--settle SECONDS]
        nightjar stage filter  --to pubsub://PROJECT/TOPIC [--pure]
        nightjar stage salt2   --to pubsub://PROJECT/TOPIC [--table bigquery://PROJECT/DATASET] [--settle SECONDS]
                               [--pictures gs://BUCKET] [--cutouts gs://BUCKET]
                               [--models DIR ...]
            each with --from pubsub://PROJECT/SUBSCRIPTION or --http [HOST]:PORT,
            and --dead-letters pubsub://PROJECT/TOPIC

        Runs one stage by itself. Copies share its subscription. A message that comes again makes no second object,
        row or picture. What cannot be used goes to the dead letters with the reason. SIGTERM, SIGHUP or Ctrl-C: it
        takes no more, finishes and acknowledges what it has, and ends; a second SIGTERM or Ctrl-C ends it at once.
        --from                pulls a subscription
        --http                takes what Pub/Sub or Eventarc push to /; GET /healthz and /readyz tell how it is.
                              :PORT listens to this machine alone, 0.0.0.0:PORT to all
        --audience TEXT --service-account EMAIL
                              takes only pushes with a token that Google has signed for them: needed with --http
                              where it listens to others, unless --unauthenticated says that anybody may push
        --signing-keys URL    where the keys of these tokens are (Google's)
        --health [HOST]:PORT  answers these two while it pulls
        --workers N, --batch N
                              threads (as many as cores; 16 with --http), and messages that one takes at once (64)
        --until-idle SECONDS  ends when no message came for so long; else it goes on until stopped
        --lease SECONDS       how long a message is held without a word, 10 to 600; what a copy that was killed held comes
                              again after that
        --cutouts gs://BUCKET where the archive's stage writes: the images in the plots, which the stream leaves out
        --settle SECONDS      how often rows that have arrived are taken into their tables (300)
        --models, --model, --redshifts, --dust-map, --no-plots, --schemas, --schema-registry
                              as of 'run'
        --json, --quiet, --config FILE|gs://BUCKET/FILE

        docs/google-cloud.md has names, attributes, emulators, and a night from beginning to end.
        """,
        "setup": """
        nightjar setup --project PROJECT [--survey \(surveys)] [--test-id ID] [--region REGION] [--config FILE]...
                       [--dry-run]

        Makes what is missing of a survey's topics, subscriptions, buckets, dataset, tables and notifications, puts
        the FILEs into the bucket where every stage reads them, and says what it did. What is there stays as it is;
        a table gets the columns that it lacks, and one whose columns disagree is an error that names them.
        --test-id ID          a set beside production: ID is in every name (a letter, then letters and digits)
        --region REGION       where data lies; each service's own choice without it
        --dry-run             only says what would be made or changed
        The first that a FILE says of these holds where the words say nothing.
        """,
        "teardown": """
        nightjar teardown --project PROJECT [--survey \(surveys)] (--test-id ID | --yes-production)

        Removes what 'setup' makes, with all that is in it.
        """,
        "backfill": """
        nightjar backfill gs://BUCKET[/PREFIX] --to bigquery://PROJECT/DATASET [options]

        Puts every alert of an archive's bucket into the tables 'alerts' and 'DIASource', as the table stage does:
        an alert that is there gets no second row. Broken off, it is given again. An object that is no alert is told,
        and makes the status 1.
        --settle SECONDS      how often rows that have arrived are taken in (300)
        --schemas DIR, --schema-registry URL, --json, --quiet, --config FILE
        """,
        "sql": """
        nightjar sql QUERY --bigquery PROJECT[/DATASET] [--limit N]

        Has BigQuery run a statement of GoogleSQL, and prints its rows as JSON Lines.
        --bigquery            who pays, and where tables are that are named without a dataset
        --limit N             the first N rows
        """,
        "version": """
        nightjar --version

        Prints the command's version, as 'nightjar version' does.
        """,
        "dead-letters": """
        nightjar dead-letters list --data DIR [--data DIR...] [--limit N] [--json]
                                                           how many could not be used, by reason; then each, where it
                                                           was, and why: the first 100, or N; all with --json.
                                                           Of several folders each with its folder
        nightjar dead-letters show ID --data DIR [--data DIR...] --out FILE
                                                           one of them, byte for byte; where two folders have one
                                                           of this ID, name the one folder
        nightjar dead-letters replay --data DIR [--schemas DIR] [--schema-registry URL]
                                                           tries all of them again
        """,
    ]
}
