// Names the operations of the cipher workers; holds no logic of its own (spec §2, §3, §4).

import { openFetchedBlock, sealFileBlock } from "./content.js";
import { serve } from "./serve.js";

serve({
  sealBlock: sealFileBlock,
  openBlock: openFetchedBlock,
});
