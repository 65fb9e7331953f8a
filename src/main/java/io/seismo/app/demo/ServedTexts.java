package io.seismo.app.demo;

import ai.djl.translate.TranslateException;
import io.seismo.spec.MonitorPlan;
import io.seismo.spec.TapPlan;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;

/**
 * Every text of the demo, served once.
 *
 * @param texts the texts
 * @param pool what was captured of each
 * @param card the model they were served by
 */
public record ServedTexts(DemoTexts texts, Map<String, CapturedText> pool, DemoCapture.DemoModelCard card) {

    /** How many texts there are. */
    public static long count() {
        return DemoTexts.load().all().count();
    }

    /**
     * Loads the model and serves them all.
     *
     * @param plan whose only tap says which layer
     * @param scratch directory for the cut model
     * @param progress hears how many texts were served
     */
    public static ServedTexts serve(MonitorPlan plan, Path scratch, LongConsumer progress) throws IOException {
        TapPlan tap = plan.taps().get(0);
        DemoTexts texts = DemoTexts.load();
        Map<String, CapturedText> pool = new HashMap<>();
        try (ServedModel model = ServedModel.load(scratch, layer(tap.hook()))) {
            List<String> all = texts.all().toList();
            for (String text : all) {
                pool.put(text, model.read(text));
                progress.accept(pool.size());
            }
        } catch (TranslateException e) {
            throw new IOException("a text could not be served: " + e.getMessage(), e);
        }
        return new ServedTexts(
                texts,
                pool,
                new DemoCapture.DemoModelCard(plan.model(), plan.revision(), tap.hook(), ServedModel.D_IN));
    }

    /** Block number of a hook name such as {@code blocks.3.resid_post}. */
    static int layer(String hook) {
        String[] parts = hook.split("\\.");
        if (parts.length != 3 || !parts[0].equals("blocks") || !parts[2].equals("resid_post")) {
            throw new IllegalArgumentException("the demo taps blocks.<n>.resid_post, not " + hook);
        }
        return Integer.parseInt(parts[1]);
    }
}
