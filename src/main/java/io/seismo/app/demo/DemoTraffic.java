package io.seismo.app.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Who asks what, when: arrivals drawn with a seed, texts drawn from the files in the jar.
 *
 * <p>The same seed gives the same requests at the same distance from the story's start.
 */
final class DemoTraffic {

    /** Shares of requests in ordinary times. */
    private static final double PHISHING = 0.010;

    private static final double BRIDGE = 0.004;
    private static final int ACCOUNTS = 400;
    private static final int TENANTS = 12;

    /**
     * One request.
     *
     * @param id request id
     * @param arrivalMs event time
     * @param text what is asked
     * @param account pseudonym
     * @param tenant pseudonym
     */
    record Request(String id, long arrivalMs, String text, String account, String tenant) {}

    private final DemoStory story;
    private final DemoTexts texts;
    private final SplittableRandom random;
    private long count;

    DemoTraffic(DemoStory story, DemoTexts texts, long seed) {
        this.story = story;
        this.texts = texts;
        this.random = new SplittableRandom(seed);
    }

    /** Requests that arrive in [from, to), in order of arrival; slots must be asked for in order. */
    List<Request> arrivals(long fromMs, long toMs) {
        List<Request> requests = new ArrayList<>();
        double mean = story.requestsPerMinute(fromMs) * (toMs - fromMs) / DemoStory.MINUTE;
        int arrivals = poisson(mean);
        for (int i = 0; i < arrivals; i++) {
            requests.add(ordinary(fromMs, toMs));
        }
        if (story.bursts(fromMs, toMs)) {
            String account = account();
            for (String text : texts.burst()) {
                requests.add(request(fromMs, text, account));
            }
        }
        if (story.spikes(fromMs, toMs)) {
            for (String text : texts.spike()) {
                requests.add(request(fromMs, text, account()));
            }
        }
        return requests;
    }

    private Request ordinary(long fromMs, long toMs) {
        double draw = random.nextDouble();
        double phishing = PHISHING * story.phishingShift(fromMs);
        List<String> pool =
                draw < phishing ? texts.phishing() : draw < phishing + BRIDGE ? texts.bridge() : texts.ordinary();
        long arrival = fromMs + random.nextLong(toMs - fromMs);
        return request(arrival, pool.get(random.nextInt(pool.size())), account());
    }

    private Request request(long arrivalMs, String text, String account) {
        String id = "req-%08d".formatted(++count);
        String tenant = "t-%02d".formatted(Math.floorMod(account.hashCode(), TENANTS));
        return new Request(id, arrivalMs, text, account, tenant);
    }

    private String account() {
        return "a-%03d".formatted(random.nextInt(ACCOUNTS));
    }

    /** Knuth's method; means here are below ten. */
    private int poisson(double mean) {
        double limit = StrictMath.exp(-mean);
        double product = random.nextDouble();
        int events = 0;
        while (product > limit) {
            product *= random.nextDouble();
            events++;
        }
        return events;
    }
}
