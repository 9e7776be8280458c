// Names the operations of the cipher workers; holds no logic of its own (spec §2, §3, §4).

import { openFetchedBlock, sealFileBlock } from "./content.js";
import { foundVault } from "./founding.js";
import { confirmVault, openContent, openLabels, openVault, sealLabel, sign, startContent } from "./keeper.js";
import { serve } from "./serve.js";

serve({
  // Any worker
  sealBlock: sealFileBlock,
  openBlock: openFetchedBlock,
  // The keeper
  foundVault,
  openVault,
  confirmVault,
  sign,
  sealLabel,
  openLabels,
  startContent,
  openContent,
});
